package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.annotations.cut

/**
 * Cuts rows into requests of at most [chunkSize] rows.
 *
 * @param largestBody how many bytes to send at once; asked for each chunk
 */
internal class Chunking(
    private val rows: AnnotationRows,
    private val chunkSize: Int,
    private val largestBody: () -> Int,
) {
    /**
     * In the order of the input, each chunk in the order of its keys: two requests with the same
     * keys in different order deadlock PostgreSQL. They are encoded when they are sent.
     */
    fun of(targetKind: TargetKind, indexes: IntArray): Sequence<RowChunk> =
        (indexes.indices step chunkSize).asSequence().flatMap { start ->
            val end = minOf(start + chunkSize, indexes.size)
            RowChunk(rows, targetKind, indexes.copyOfRange(start, end))
                .sorted(naturalOrder())
                .cut(largestBody())
        }
}

/** All rows of the chunks, in their order; for what is not sent at once. */
internal fun List<RowChunk>.joined(): RowChunk =
    singleOrNull()
        ?: first().let { first ->
            val indexes = IntArray(sumOf { it.size })
            var end = 0
            for (chunk in this) {
                chunk.indexes.copyInto(indexes, end)
                end += chunk.size
            }
            RowChunk(first.rows, first.targetKind, indexes, flatMap { it.keys })
        }
