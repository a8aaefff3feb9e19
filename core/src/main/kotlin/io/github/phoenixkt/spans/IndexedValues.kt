package io.github.phoenixkt.spans

import io.github.phoenixkt.internal.MOST_INDEXED_BYTES
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.textOf
import io.github.phoenixkt.internal.utf8Size

/** The attributes that Phoenix has in an index. */
private val INDEXED = listOf(listOf("session", "id"), listOf("user", "id"))

/**
 * Refuses a value that PostgreSQL cannot index: Phoenix would accept the span, and lose it without
 * a word.
 */
internal fun requireIndexable(span: SpanData) {
    val what = "Span ${span.spanId.forMessage()}:"
    requireShort("$what spanId", span.spanId.utf8Size())
    requireShort("$what traceId", span.traceId.utf8Size())
    requireShort("$what parentId", span.parentId.orEmpty().utf8Size())
    val leaves = attributeLeaves(span.attributes)
    for (name in INDEXED) {
        val values = leaves.filter { (path, _) -> path.take(name.size) == name }.map { it.second }
        requireShort("$what ${name.joinToString(".")}", values.sumOf { textOf(it).utf8Size() })
    }
}

private fun requireShort(what: String, bytes: Int) {
    require(bytes <= MOST_INDEXED_BYTES) {
        "$what takes $bytes bytes, more than the $MOST_INDEXED_BYTES that Phoenix can index. Use a shorter id."
    }
}
