package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.InsertedNote;
import io.github.phoenixkt.annotations.NoteCall;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The future of a note. Its cancellation, too, has the note's identifier. */
final class NoteFuture extends CompletableFuture<InsertedNote> {
  final NoteCall call = new NoteCall();

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return completeExceptionally(new Cancelled(call)) || isCancelled();
  }

  private static final class Cancelled extends CancellationException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable NoteCall call;

    Cancelled(NoteCall call) {
      this.call = call;
    }

    /** Reads the hint late: a call that has just begun may not have its identifier yet. */
    @Override
    public String getMessage() {
      String hint = call == null ? "" : call.getHint();
      return "The call was cancelled, but the server may have processed it." + hint;
    }
  }
}
