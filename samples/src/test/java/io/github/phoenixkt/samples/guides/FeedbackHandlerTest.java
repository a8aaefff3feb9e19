package io.github.phoenixkt.samples.guides;

// begin testing
import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.testing.FakePhoenix;
import io.github.phoenixkt.testing.FakeSpan;
import io.github.phoenixkt.testing.FakeTargetKind;
import io.github.phoenixkt.testing.Fault;
import io.github.phoenixkt.testing.PhoenixExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PhoenixExtension.class)
class FeedbackHandlerTest {
  private static final String SPAN_ID = "67f6740bbe1ddc3f";

  @Test
  void storesAThumb(FakePhoenix fake) {
    fake.addSpan(FakeSpan.of(SPAN_ID));
    try (var phoenix = client(fake)) {
      assertThat(new FeedbackHandler(phoenix).thumbsUp(SPAN_ID)).isEqualTo("thank you");
    }
    assertThat(fake.annotations(FakeTargetKind.SPAN))
        .singleElement()
        .satisfies(row -> assertThat(row.label()).isEqualTo("thumbs-up"));
  }

  @Test
  void saysThatPhoenixIsFull(FakePhoenix fake) {
    fake.addSpan(FakeSpan.of(SPAN_ID));
    fake.failNext(Fault.status(507).on("POST", "/v1/span_annotations"));
    try (var phoenix = client(fake)) {
      assertThat(new FeedbackHandler(phoenix).thumbsUp(SPAN_ID)).isEqualTo("try again later");
    }
  }

  private static PhoenixBlockingClient client(FakePhoenix fake) {
    return PhoenixBlockingClient.create(
        PhoenixSettings.builder().endpoint(fake.endpoint()).build());
  }
}
// end testing
