package io.github.phoenixkt.samples;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spans.SpanData;
import io.github.phoenixkt.upload.RowOutcome;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadProgressListener;
import io.github.phoenixkt.upload.UploadReport;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * Uploads evaluations from a CSV file with the columns {@code span_id}, {@code label}, {@code
 * score}, {@code explanation} and {@code identifier}; all but the first may be empty.
 *
 * <p>Its arguments are the file and the name of the annotation; without them it makes a small file
 * of its own.
 */
public final class CsvUpload {
  private static final String PROJECT = "phoenix-kt-csv";
  private static final CSVFormat WITH_HEADER =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).build();

  private CsvUpload() {}

  public static void main(String[] args) throws Exception {
    try (SamplePhoenix server = SamplePhoenix.start();
        PhoenixBlockingClient phoenix = PhoenixBlockingClient.create(server.settings())) {
      Path file = args.length > 0 ? Path.of(args[0]) : sampleFile(phoenix);
      print(upload(phoenix, file, args.length > 1 ? args[1] : "quality"));
    } catch (PhoenixException | IllegalArgumentException | IllegalStateException e) {
      System.err.println("The upload failed. " + e.getMessage());
      System.exit(1);
    }
    // Maven unloads our classes when main returns, and the client's last threads still need them.
    System.exit(0);
  }

  static UploadReport upload(PhoenixBlockingClient phoenix, Path file, String name)
      throws IOException {
    UploadOptions options =
        UploadOptions.builder().project(PROJECT).progress(UploadProgressListener.console()).build();
    try (Reader reader = Files.newBufferedReader(file);
        CSVParser rows = CSVParser.parse(reader, WITH_HEADER)) {
      return phoenix.annotations().upload(rows.getRecords(), row -> annotation(row, name), options);
    }
  }

  private static AnnotationData annotation(CSVRecord row, String name) {
    String score = row.get("score");
    // Empty text means no value. An empty id or a malformed score fails before anything is sent.
    return SpanAnnotationData.builder(row.get("span_id"), name)
        .annotatorKind(AnnotatorKind.CODE)
        .label(row.get("label"))
        .score(score.isEmpty() ? null : Double.valueOf(score))
        .explanation(row.get("explanation"))
        .identifier(row.get("identifier"))
        .build();
  }

  private static void print(UploadReport report) {
    System.out.println("\nUploaded " + report + ".");
    List<RowOutcome> outcomes = report.getOutcomes();
    for (int row = 0; row < outcomes.size(); row++) {
      if (!outcomes.get(row).getSucceeded()) {
        // Line 1 is the header.
        System.out.println("  line " + (row + 2) + ": " + outcomes.get(row));
      }
    }
  }

  /** Evaluations of two spans, and one of a span that does not exist. */
  static Path sampleFile(PhoenixBlockingClient phoenix) throws IOException, InterruptedException {
    List<SpanData> spans =
        List.of(
            ChatSpans.answer("csv", "What is a span?", "A unit of work, \"timed\"."),
            ChatSpans.answer("csv", "And a trace?", "A tree of spans."));
    ChatSpans.record(phoenix, PROJECT, spans, Duration.ofMinutes(1));
    Path file = Files.createTempFile("evaluations", ".csv");
    try (BufferedWriter out = Files.newBufferedWriter(file);
        CSVPrinter csv = new CSVPrinter(out, CSVFormat.DEFAULT)) {
      csv.printRecord("span_id", "label", "score", "explanation", "identifier");
      for (int run = 0; run < 250; run++) {
        String spanId = run == 100 ? "00000000deadbeef" : spans.get(run % 2).getSpanId();
        csv.printRecord(spanId, "good", run % 10 / 10.0, "Said \"fine\", twice.", "run-" + run);
      }
    }
    System.out.println("Made " + file + ".");
    return file;
  }
}
