package consumer;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;

/** A client of the application's own, whose server is not that of the properties. */
final class OwnClientCheck {
  static final String PROFILE = "own-client";

  private static final String SPAN = "00000000000000a1";

  @Configuration
  @Profile(PROFILE)
  static class OwnClient {
    @Bean
    PhoenixAsyncClient ownClient(@Value("${own.endpoint}") String endpoint) {
      return PhoenixAsyncClient.create(PhoenixSettings.builder().endpoint(endpoint).build());
    }
  }

  private OwnClientCheck() {}

  /** The queue and the health, which the starter adds, are those of the own client. */
  static String run(ApplicationContext application, FakePhoenix fake) throws Exception {
    fake.addSpan(FakeSpan.of(SPAN));
    application
        .getBean(BlockingAnnotationQueue.class)
        .offer(SpanAnnotationData.builder(SPAN, "own").label("up").build())
        .outcomeFuture()
        .get(1, TimeUnit.MINUTES);
    boolean stored =
        fake.annotations(FakeTargetKind.SPAN).stream().anyMatch(row -> row.name().equals("own"));
    boolean second = application.getBeanNamesForType(PhoenixClient.class).length > 0;
    if (!stored || second) {
      throw new IllegalStateException("stored by the own client: " + stored + ", another: " + second);
    }
    return new SessionsCheck(application).starts() + " with its own client";
  }
}
