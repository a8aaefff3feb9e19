package io.github.phoenixkt.spring;

import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.queue.AnnotationQueueListener;
import io.github.phoenixkt.queue.NoteData;
import io.github.phoenixkt.queue.QueueOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All queue listeners of an application as the one that a queue takes. */
final class QueueListeners implements AnnotationQueueListener {
  private final EachListener<AnnotationQueueListener> each;

  private QueueListeners(List<AnnotationQueueListener> listeners) {
    each = new EachListener<>(listeners);
  }

  static @Nullable AnnotationQueueListener of(List<AnnotationQueueListener> listeners) {
    return listeners.isEmpty() ? null : new QueueListeners(listeners);
  }

  @Override
  public void onOutcome(AnnotationData annotation, QueueOutcome outcome) {
    each.tell(listener -> listener.onOutcome(annotation, outcome));
  }

  @Override
  public void onNoteOutcome(NoteData note, QueueOutcome outcome) {
    each.tell(listener -> listener.onNoteOutcome(note, outcome));
  }
}
