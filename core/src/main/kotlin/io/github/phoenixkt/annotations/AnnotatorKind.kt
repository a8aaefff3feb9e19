package io.github.phoenixkt.annotations

/** Who made an annotation: a person, an LLM judge, or a program. */
public enum class AnnotatorKind {
    /** A person. */
    HUMAN,

    /** A language model as a judge. */
    LLM,

    /** A program; known to Phoenix since 9.0. */
    CODE,
}
