package io.github.phoenixkt.spring;

/** Sends the spans that have ended, so that the feedback on them finds them in Phoenix. */
interface SpanFlush {
  void flush();
}
