package io.github.phoenixkt

/**
 * One page of a longer answer.
 *
 * @property items what this page holds, in the server's order; may be empty although more pages
 *   follow
 * @property nextCursor pass it to the same call, with the same arguments, for the next page; null
 *   on the last page. Opaque: its form may change between versions of this library.
 */
public class Page<out T>(public val items: List<T>, public val nextCursor: String?) {
    override fun toString(): String =
        "Page(${items.size} items${if (nextCursor == null) ", the last" else ""})"
}
