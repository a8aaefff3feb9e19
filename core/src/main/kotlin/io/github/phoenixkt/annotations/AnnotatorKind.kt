package io.github.phoenixkt.annotations

/** Who made an annotation: a person, an LLM judge, or a program. */
public enum class AnnotatorKind {
    HUMAN,
    LLM,
    /** Known to Phoenix since 9.0. */
    CODE,
}
