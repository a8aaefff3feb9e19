package consumer;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.upload.UploadOptions;
import java.util.List;
import java.util.stream.IntStream;

/** What the library must do in every host: call, call asynchronously, upload and read, over http and https. */
public final class HostCheck {
  private static final String SPAN = "00000000000000a1";

  private HostCheck() {}

  /** Throws what goes wrong. */
  public static String run() throws Exception {
    try (FakePhoenix phoenix = FakePhoenix.start();
        TlsFront front = new TlsFront(phoenix.endpoint())) {
      phoenix.addSpan(FakeSpan.of(SPAN));
      exercise("http", settings(phoenix.endpoint().toString()));
      exercise("https", settings(front.endpoint()).sslContext(front.clientContext()));
    }
    return "OK on Java " + Runtime.version().feature();
  }

  private static PhoenixSettings.Builder settings(String endpoint) {
    return PhoenixSettings.builder().environment(PhoenixEnvironment.empty()).endpoint(endpoint);
  }

  private static void exercise(String name, PhoenixSettings.Builder settings) {
    try (PhoenixBlockingClient client = PhoenixBlockingClient.create(settings.build())) {
      var annotation = SpanAnnotationData.builder(SPAN, name).label("good").score(1).build();
      String id = client.spans().addSpanAnnotationSync(annotation).getId();
      check(id.equals(client.async().spans().addSpanAnnotationSync(annotation).join().getId()), id);
      var report =
          client
              .annotations()
              .upload(
                  IntStream.range(0, 250).boxed().toList(),
                  row -> SpanAnnotationData.builder(SPAN, name).score(row).identifier("row" + row).build(),
                  UploadOptions.builder().chunkSize(50).build());
      check(report.getComplete(), report);
      try (var read = client.spans().getSpanAnnotations(List.of(SPAN))) {
        long count = read.filter(stored -> stored.getName().equals(name)).count();
        check(count == 251, count);
      }
    }
  }

  private static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
