package io.github.phoenixkt.java.faults;

import io.github.phoenixkt.upload.Delivery;
import java.util.Locale;

/** What a client is asked for while the fault is there. */
enum Call {
  ADD_SYNC,
  ADD_QUEUED,
  NOTE,
  READ,
  BLOCKING,
  QUEUE,
  QUEUE_NOTE,
  UPLOAD_CONFIRMED,
  UPLOAD_QUEUED,
  UPLOAD_VERIFIED;

  boolean isUpload() {
    return ordinal() >= UPLOAD_CONFIRMED.ordinal();
  }

  boolean isNote() {
    return this == NOTE || this == QUEUE_NOTE;
  }

  /** Whether its first write is answered with ids. */
  boolean isConfirmed() {
    return this == ADD_SYNC || this == BLOCKING || this == QUEUE || this == UPLOAD_CONFIRMED;
  }

  Delivery delivery() {
    return Delivery.valueOf(name().substring("UPLOAD_".length()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
