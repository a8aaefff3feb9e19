package io.github.phoenixkt

/**
 * One page of a list.
 *
 * @property items the items of this page, in the server's order. Can be empty although more pages
 *   follow.
 * @property nextCursor where the next page starts: pass it to the same function, with the same
 *   arguments. Null on the last page. The text is opaque, and may change with the version of this
 *   library.
 */
public class Page<out T>(public val items: List<T>, public val nextCursor: String?) {
    override fun toString(): String =
        "Page(${items.size} items${if (nextCursor == null) ", the last" else ""})"
}
