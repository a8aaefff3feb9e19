package io.github.phoenixkt.testing;

/** Who judged. */
public enum FakeAnnotatorKind {
  /** A language model. */
  LLM,
  /** A program. */
  CODE,
  /** A person. */
  HUMAN
}
