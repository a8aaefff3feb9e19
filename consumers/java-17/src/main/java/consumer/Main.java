package consumer;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.InsertedAnnotation;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.StoredAnnotation;
import io.github.phoenixkt.configs.CategoricalAnnotationConfig;
import io.github.phoenixkt.java.DeleteFilter;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.upload.UploadOptions;
import io.github.phoenixkt.upload.UploadReport;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Does not close the client: its threads must not keep the JVM. */
public final class Main {
  private static final String SPAN = "00000000000000a1";

  public static void main(String[] args) {
    try (FakePhoenix server = FakePhoenix.start()) {
      server.addSpan(FakeSpan.of(SPAN));
      PhoenixBlockingClient phoenix =
          PhoenixBlockingClient.create(
              PhoenixSettings.builder()
                  .environment(PhoenixEnvironment.empty())
                  .endpoint(server.endpoint().toString())
                  .build());
      Map<String, String> metadata = Map.of("reviewer", "alice");
      SpanAnnotationData annotation =
          SpanAnnotationData.builder(SPAN, "correctness").label("correct").metadata(metadata).build();

      InsertedAnnotation stored = phoenix.spans().addSpanAnnotationSync(annotation);
      check(stored.getId().equals(phoenix.async().spans().addSpanAnnotationSync(annotation).join().getId()));
      try {
        phoenix.spans().addSpanAnnotationSync(SpanAnnotationData.builder("00000000000000a2", "x").score(1).build());
        check(false);
      } catch (PhoenixException.NotFound e) {
        check(e.getMissingIds().equals(List.of("00000000000000a2")));
      }
      UploadReport report =
          phoenix
              .annotations()
              .upload(
                  IntStream.range(0, 250).boxed().toList(),
                  user -> SpanAnnotationData.builder(SPAN, "vote").score(1.0).identifier("u" + user).build(),
                  UploadOptions.builder().chunkSize(50).build());
      check(report.getComplete());
      try (Stream<StoredAnnotation> read = phoenix.spans().getSpanAnnotations(List.of(SPAN))) {
        check(read.count() == 251);
      }
      phoenix.annotationConfigs().create(CategoricalAnnotationConfig.builder("vote").value("up", 1).value("down", 0).build());
      check(phoenix.annotationConfigs().get("vote").getConfig() instanceof CategoricalAnnotationConfig);
      phoenix.spans().deleteSpanAnnotations("default", DeleteRange.all(), DeleteFilter.byName("vote"));
      check(phoenix.async().spans().getSpanAnnotations(List.of(SPAN)).join().size() == 1);
      System.out.println("Java " + Runtime.version().feature() + ": " + report);
    }
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new AssertionError();
    }
  }
}
