package io.github.phoenixkt.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.phoenixkt.PhoenixEnvironment;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.annotations.DeleteAll;
import io.github.phoenixkt.annotations.DeleteRange;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData;
import io.github.phoenixkt.configs.CategoricalAnnotationConfig;
import io.github.phoenixkt.configs.CategoricalValue;
import io.github.phoenixkt.configs.ContinuousAnnotationConfig;
import io.github.phoenixkt.configs.FreeformAnnotationConfig;
import io.github.phoenixkt.configs.OptimizationDirection;
import java.net.Proxy;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What core has for Java alone: that this compiles is half of the test. */
class BuildersTest {
  @Test
  void aScoreIsAnyNumberOrNone() {
    @Nullable Double none = null;
    var builder = SpanAnnotationData.builder("s", "n");
    assertThat(builder.score(1).build().getScore()).isEqualTo(1.0);
    assertThat(builder.score(0.5f).build().getScore()).isEqualTo(0.5);
    assertThat(builder.score(Double.valueOf(2)).build().getScore()).isEqualTo(2.0);
    assertThat(builder.score(none).build().getScore()).isNull();
    assertThat(builder.score(null).label("l").build().getScore()).isNull();
    var document = SpanDocumentAnnotationData.builder("s", 0, "n").score(1).build();
    assertThat(document.getScore()).isEqualTo(1.0);
  }

  @Test
  void boundsAndProxyOfAClient() {
    var settings =
        PhoenixSettings.builder()
            .environment(PhoenixEnvironment.empty())
            .maxConcurrentCalls(2)
            .replyLimit(1_000_000)
            .proxy(Proxy.NO_PROXY)
            .proxyCredentials("user", "px-password")
            .build();
    assertThat(settings.getMaxConcurrentCalls()).isEqualTo(2);
    assertThat(settings.getReplyLimit()).isEqualTo(1_000_000);
    assertThat(settings.toString() + settings.describe()).doesNotContain("px-password");
    for (var bad :
        List.of(
            PhoenixSettings.builder().maxConcurrentCalls(0),
            PhoenixSettings.builder().replyLimit(1),
            PhoenixSettings.builder().proxyCredentials("us:er", "px-password"))) {
      assertThatThrownBy(bad.environment(PhoenixEnvironment.empty())::build)
          .isInstanceOf(IllegalArgumentException.class)
          .message()
          .doesNotContain("px-password");
    }
  }

  @Test
  void categories() {
    var config =
        CategoricalAnnotationConfig.builder("quality")
            .value("good", 1)
            .value("bad", 0)
            .value("unclear")
            .optimizationDirection(OptimizationDirection.MAXIMIZE)
            .description("How good?")
            .build();
    assertThat(config.getName()).isEqualTo("quality");
    assertThat(config.getValues())
        .containsExactly(
            new CategoricalValue("good", 1.0),
            new CategoricalValue("bad", 0.0),
            new CategoricalValue("unclear"));
    assertThat(config.getOptimizationDirection()).isEqualTo(OptimizationDirection.MAXIMIZE);
    assertThat(config.getDescription()).isEqualTo("How good?");
    assertThatThrownBy(() -> CategoricalAnnotationConfig.builder("quality").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no values");
  }

  @Test
  void aConfigIsNotChangedByItsBuilderAfterwards() {
    var builder = CategoricalAnnotationConfig.builder("quality").value("good");
    var config = builder.build();
    builder.value("bad");
    assertThat(config.getValues()).hasSize(1);
  }

  @Test
  void scores() {
    var config =
        ContinuousAnnotationConfig.builder("relevance")
            .lowerBound(0)
            .upperBound(1)
            .optimizationDirection(OptimizationDirection.MINIMIZE)
            .description("How near?")
            .build();
    assertThat(config.getName()).isEqualTo("relevance");
    assertThat(config.getLowerBound()).isEqualTo(0.0);
    assertThat(config.getUpperBound()).isEqualTo(1.0);
    assertThat(config.getOptimizationDirection()).isEqualTo(OptimizationDirection.MINIMIZE);
    assertThat(config.getDescription()).isEqualTo("How near?");
    var open = ContinuousAnnotationConfig.builder("relevance").build();
    assertThat(open.getLowerBound()).isNull();
    assertThat(open.getUpperBound()).isNull();
    assertThat(open.getOptimizationDirection()).isEqualTo(OptimizationDirection.NONE);
  }

  @Test
  void texts() {
    var config =
        FreeformAnnotationConfig.builder("remarks")
            .description("What else?")
            .optimizationDirection(OptimizationDirection.MAXIMIZE)
            .threshold(3)
            .lowerBound(1)
            .upperBound(5)
            .build();
    assertThat(config.getName()).isEqualTo("remarks");
    assertThat(config.getDescription()).isEqualTo("What else?");
    assertThat(config.getOptimizationDirection()).isEqualTo(OptimizationDirection.MAXIMIZE);
    assertThat(config.getThreshold()).isEqualTo(3.0);
    assertThat(config.getLowerBound()).isEqualTo(1.0);
    assertThat(config.getUpperBound()).isEqualTo(5.0);
    assertThat(FreeformAnnotationConfig.builder("remarks").build().getOptimizationDirection())
        .isNull();
  }

  @Test
  void rangesToDelete() {
    Instant noon = Instant.parse("2026-01-05T12:00:00Z");
    var window = DeleteRange.between(noon, noon.plusSeconds(1));
    assertThat(window.getStart()).isEqualTo(noon);
    assertThat(window.getEnd()).isEqualTo(noon.plusSeconds(1));
    assertThat(DeleteRange.all()).isSameAs(DeleteAll.INSTANCE);
  }
}
