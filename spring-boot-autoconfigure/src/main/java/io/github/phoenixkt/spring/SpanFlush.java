package io.github.phoenixkt.spring;

/** Sends the spans that have ended, because Phoenix needs a span before the feedback on it. */
interface SpanFlush {
  void flush();
}
