package io.github.phoenixkt.internal

import java.util.Base64

private val GLOBAL_ID =
    Regex(
        "^(Project|Span|Trace|ProjectSession|SpanAnnotation|TraceAnnotation|DocumentAnnotation|" +
            "ProjectSessionAnnotation|User|CategoricalAnnotationConfig|ContinuousAnnotationConfig|" +
            "FreeformAnnotationConfig):\\d+$"
    )

/** The decoded form of one of Phoenix's own ids (`Span:12`), or null when [text] is none. */
internal fun decodeGlobalId(text: String): String? {
    // The first letter of a type is a capital, and Base64 makes a capital of it.
    if (text.firstOrNull() !in 'A'..'Z') return null
    val decoded =
        try {
            Base64.getDecoder().decode(text).decodeToString()
        } catch (_: IllegalArgumentException) {
            return null
        }
    return decoded.takeIf(GLOBAL_ID::matches)
}
