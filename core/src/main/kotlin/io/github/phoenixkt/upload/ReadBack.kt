package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.allOrNothing
import io.github.phoenixkt.annotations.AnnotationLevel
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.annotations.presentOrNull
import io.github.phoenixkt.annotations.sameJson
import io.ktor.http.encodeURLParameter
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.isActive
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit

private const val ROWS_PER_READ = 100
/** Beyond these, more is read than was asked for, and picked from. */
private const val LONGEST_NAMES = 2_500
private const val LONGEST_ASKED = 200
private const val PARAMETER_NAME = 26
private const val READS_IN_FLIGHT = 2

/**
 * What a look-up saw.
 *
 * @property stored what Phoenix has, by row
 * @property failure why some rows could not be looked up, or null; they are not in [stored] then
 */
internal class Seen(val stored: Map<Int, StoredAnnotation>, val failure: Exception?)

/** Looks up in one project what Phoenix has of the rows of an upload. */
internal class ReadBack(
    private val reader: AnnotationReader,
    private val rows: AnnotationRows,
    private val project: String?,
) {
    private val inFlight = Semaphore(READS_IN_FLIGHT)

    /**
     * What is stored under the keys of [wanted]. It does not fail: whoever asks writes the rows
     * that could not be looked up with confirmation, and a server that is out of reach shows there.
     */
    suspend fun read(level: AnnotationLevel, wanted: List<Int>): Seen = coroutineScope {
        val order = compareBy<Int>({ rows.key(it).targetId }, { rows.key(it).identifier })
        val parts =
            wanted
                .sortedWith(order)
                .chunked(ROWS_PER_READ)
                .map { part -> async { inFlight.withPermit { tryRead(level, part) } } }
                .awaitAll()
        val stored = HashMap<Int, StoredAnnotation>()
        parts.forEach { stored += it.stored }
        Seen(stored, parts.firstNotNullOfOrNull { it.failure })
    }

    private suspend fun tryRead(level: AnnotationLevel, part: List<Int>): Seen =
        try {
            Seen(readPart(level, part), failure = null)
        } catch (_: PhoenixException.NotFound) {
            // That is an answer: the project has none of the targets, or is not there itself.
            Seen(emptyMap(), failure = null)
        } catch (e: CancellationException) {
            // A key supplier that was itself cancelled does not cancel the upload.
            if (!currentCoroutineContext().isActive) throw e
            Seen(emptyMap(), e)
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // An id too long to ask for, a key that cannot be had: no reason to lose an outcome.
            Seen(emptyMap(), e)
        }

    private suspend fun readPart(
        level: AnnotationLevel,
        part: List<Int>,
    ): Map<Int, StoredAnnotation> {
        val keys = part.associateWith(rows::key)
        val identifiers = keys.values.map { it.identifier }.distinct()
        val names = keys.values.map { it.name }.distinct()
        val query = annotationQuery {
            ids = keys.values.map { it.targetId }.distinct()
            // Rows without an identifier cannot be asked for by it.
            this.identifiers = identifiers.takeIf { all ->
                all.all { it.length in 1..LONGEST_ASKED }
            }
            includeAnnotationNames = names.takeIf { it.fitARequest() }
            excludeAnnotationNames = emptyList()
        }
        val stored = allOrNothing {
            reader.flow(level, query, project, limit = null).toList()
        }
            .associateBy { it.key() }
        return keys.mapNotNull { (row, key) -> stored[key]?.let { row to it } }.toMap()
    }

    private fun List<String>.fitARequest() =
        sumOf { it.encodeURLParameter().length + PARAMETER_NAME } <= LONGEST_NAMES

    private fun StoredAnnotation.key() = RowKey(level, targetId, null, name, identifier)

    /** Whether [stored] is what the row says; how a number is written does not count. */
    fun holds(row: Int, stored: StoredAnnotation): Boolean =
        stored.annotatorKindText == rows.annotatorKind(row)?.name &&
            stored.label == rows.label(row).presentOrNull() &&
            stored.explanation == rows.explanation(row).presentOrNull() &&
            stored.score.sameNumber(rows.score(row)?.takeUnless(Double::isNaN)) &&
            sameJson(stored.metadata, rows.metadata(row).orEmpty())
}

/** By value: 0.0 and -0.0 are the same. */
private fun Double?.sameNumber(other: Double?): Boolean =
    if (this == null || other == null) this == null && other == null
    else compareTo(other) == 0 || this - other == 0.0
