package io.github.phoenixkt.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.annotations.TargetKind;
import io.github.phoenixkt.rows.RowValues;
import io.github.phoenixkt.spark.FailedAnnotation;
import io.github.phoenixkt.upload.RowOutcome;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Spark sends the messages of tasks with the serializer that the job configures. */
class WrittenRowsTest {
  private static final ClassTag<WrittenRows> TYPE = ClassTag$.MODULE$.apply(WrittenRows.class);

  @Test
  void kryoCanSendThem() {
    assertSent(new KryoSerializer(new SparkConf(false)));
  }

  @Test
  void javaCanSendThem() {
    assertSent(new JavaSerializer(new SparkConf(false)));
  }

  private static void assertSent(Serializer serializer) {
    Outcomes outcomes = new Outcomes(10, null);
    outcomes.onOutcome(
        new SpanAnnotationData("a1", "correctness", AnnotatorKind.LLM, "good"),
        RowOutcome.NotAttempted.INSTANCE);
    RowValues empty =
        new RowValues(
            TargetKind.DOCUMENT, "a2", 3, null, null, null, null, null, null, null, List.of());
    outcomes.onProblems(empty, empty.findProblems(), Map.of());
    WrittenRows rows = outcomes.written(List.of("a remark"), null);

    WrittenRows received =
        serializer.newInstance().deserialize(serializer.newInstance().serialize(rows, TYPE), TYPE);

    assertThat(received.counts()).isEqualTo(Map.of("NotAttempted", 1L, "Skipped", 1L));
    assertThat(received.remarks()).containsExactly("a remark");
    assertThat(received.stoppedBy()).isNull();
    assertThat(received.failures())
        .extracting(FailedAnnotation::toString)
        .containsExactlyElementsOf(rows.failures().stream().map(Object::toString).toList())
        .hasSize(2);
  }
}
