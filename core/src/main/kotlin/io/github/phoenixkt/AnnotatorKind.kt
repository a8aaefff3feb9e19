package io.github.phoenixkt

/** Who made an annotation: a person, an LLM judge, or a program. */
public enum class AnnotatorKind {
    HUMAN,
    LLM,
    CODE,
}
