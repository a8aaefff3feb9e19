package io.github.phoenixkt.spark.proof;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import java.util.List;
import java.util.stream.LongStream;

/** What the client does without Spark, for comparison: {@code ENDPOINT ROWS NAME}. */
public final class PlainUpload {
  private PlainUpload() {}

  public static void main(String[] args) {
    PhoenixSettings settings = PhoenixSettings.builder().endpoint(args[0]).project("spark").build();
    try (PhoenixBlockingClient client = PhoenixBlockingClient.create(settings)) {
      upload(client, 500, args[2] + " before");
      int rows = Integer.parseInt(args[1]);
      long begin = System.nanoTime();
      UploadReport report = upload(client, rows, args[2]);
      System.out.printf(
          "RESULT {\"Stored\": %d, \"seconds\": %s}%n",
          report.getOutcomes().size(), (System.nanoTime() - begin) / 1e9);
      if (!report.getComplete()) {
        throw new IllegalStateException(report.toString());
      }
    }
  }

  private static UploadReport upload(PhoenixBlockingClient client, int rows, String name) {
    List<SpanAnnotationData> scores =
        LongStream.range(0, rows)
            .mapToObj(
                i ->
                    SpanAnnotationData.builder("%016x".formatted(i), name)
                        .annotatorKind(AnnotatorKind.CODE)
                        .score(i / 1000.0)
                        .build())
            .toList();
    return client.annotations().upload(scores, UploadOptions.builder().build());
  }
}
