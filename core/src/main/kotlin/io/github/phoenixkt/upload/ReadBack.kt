package io.github.phoenixkt.upload

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.RowChunk
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.annotations.cut
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.sameJson
import io.github.phoenixkt.transport.IdChunks
import io.github.phoenixkt.transport.IdList
import io.github.phoenixkt.transport.Transport
import io.ktor.http.encodeURLParameter
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit

private const val BYTES_PER_READ = 4 shl 20
/** Beyond these, more is read than was asked for, and picked from. */
private const val LONGEST_NAMES = 2_500
private const val LONGEST_ASKED = 200
private const val NAMES = "include_annotation_names"
private const val READS_IN_FLIGHT = 2
private val LAST_OF_A_SECOND: Duration = Duration.ofNanos(999_999_999)

/**
 * What a look-up saw.
 *
 * @property stored what Phoenix has, by row
 * @property failure why some rows could not be looked up, or null; they are not in [stored] then
 */
internal class Seen(val stored: Map<Int, SeenRow>, val failure: Exception?)

/**
 * What Phoenix has under the key of a row; its texts are not kept.
 *
 * @property updatedAt by Phoenix's own clock
 * @property ours whether it says what the row says
 */
internal class SeenRow(val id: String, val updatedAt: Instant, val ours: Boolean) {
    /** Whether it was surely written after what Phoenix dates [time]. */
    fun isNewerThan(time: Instant): Boolean = updatedAt > latestMeant(time)
}

/** On SQLite a confirmed write, which may be someone else's, is dated back to its second. */
internal fun latestMeant(time: Instant): Instant =
    if (time.isDatedBack) time + LAST_OF_A_SECOND else time

/** Phoenix itself dates what was queued, to the microsecond. */
internal val Instant.isDatedBack: Boolean
    get() = nano == 0

/** Looks up in one project what Phoenix has of the rows of an upload. */
internal class ReadBack(
    transport: Transport,
    private val rows: AnnotationRows,
    private val project: String?,
    private val outages: Outages? = null,
    private val isStopped: () -> Boolean = { false },
) {
    // As many ids as fit: far fewer than the thousand that Phoenix takes.
    private val reader = AnnotationReader(transport, mostIds = Int.MAX_VALUE)
    private val inFlight = Semaphore(READS_IN_FLIGHT)
    private val latest = AtomicReference(Instant.EPOCH)

    /** The latest time of a row that says what ours does: by Phoenix's clock it is not earlier. */
    val serverTime: Instant
        get() = latest.get()

    /**
     * What is stored under the keys of [wanted]. It does not fail: rows that could not be looked up
     * are written with confirmation, and a server that is out of reach shows there.
     */
    suspend fun read(wanted: RowChunk): Seen = coroutineScope {
        val failure = AtomicReference<Exception>()
        val parts =
            questions(wanted)
                .map { part -> async { inFlight.withPermit { tryRead(part, failure) } } }
                .awaitAll()
        val stored = HashMap<Int, SeenRow>()
        parts.forEach { stored += it }
        Seen(stored, failure.get())
    }

    /**
     * Each asks for some targets and some identifiers, and so for all rows that have one of both: a
     * hundred of each are up to ten thousand rows. Rows whose identifier cannot be asked for are
     * asked for by their target alone, about 230 spans at a time.
     */
    private fun questions(wanted: RowChunk): List<RowChunk> {
        val identified = wanted.filterPositions { wanted.keys[it].isAskable }
        val others = wanted.filterPositions { !wanted.keys[it].isAskable }
        val targets = identified.keys.mapTo(HashSet()) { it.targetId }.size
        val identifiers = identified.keys.mapTo(HashSet()) { it.identifier }.size
        // With all of what there is less of in each, as many rows as can be are in one question.
        val order = if (targets < identifiers) BY_IDENTIFIER else BY_TARGET
        return (split(identified.sorted(order)) + split(others.sorted(BY_TARGET))).flatMap {
            it.cut(BYTES_PER_READ)
        }
    }

    /** In parts for which one request can ask. */
    private fun split(sorted: RowChunk): List<RowChunk> {
        if (sorted.size == 0) return emptyList()
        val parts = mutableListOf<RowChunk>()
        val names = namesToAskFor(sorted)
        var start = 0
        var question = Question(sorted, names)
        sorted.keys.forEachIndexed { position, key ->
            if (question.add(key)) return@forEachIndexed
            parts += sorted.part(start, position)
            start = position
            question = Question(sorted, names).apply { add(key) }
        }
        return parts + sorted.part(start, sorted.size)
    }

    private suspend fun tryRead(
        part: RowChunk,
        failure: AtomicReference<Exception>,
    ): Map<Int, SeenRow> {
        // What ended the upload would fail every read in turn.
        if (isStopped() && failure.get() != null) return emptyMap()
        return try {
            outages?.look { readPart(part) } ?: readPart(part)
        } catch (_: PhoenixException.NotFound) {
            // That is an answer: the project has none of the targets, or is not there itself.
            emptyMap()
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // An id too long to ask for, a key that cannot be had: no reason to lose an outcome. A
            // key supplier that was itself cancelled does not cancel the upload.
            currentCoroutineContext().ensureActive()
            failure.compareAndSet(null, e)
            emptyMap()
        }
    }

    private suspend fun readPart(part: RowChunk): Map<Int, SeenRow> {
        val query = annotationQuery {
            ids = part.keys.map { it.targetId }.distinct()
            identifiers =
                part.keys.map { it.identifier }.distinct().takeIf { part.keys.first().isAskable }
            includeAnnotationNames = namesToAskFor(part)
            excludeAnnotationNames = emptyList()
        }
        val asked = HashMap<RowKey, Int>()
        part.keys.forEachIndexed { position, key -> asked[key] = part.indexes[position] }
        val seen = HashMap<Int, SeenRow>()
        allOrNothing {
            reader.flow(part.targetKind, query, project, limit = null).collect { stored ->
                val row = asked[stored.key()] ?: return@collect
                seen[row] = SeenRow(stored.id, stored.updatedAt, holds(row, stored))
            }
        }
        seen.values
            .filter { it.ours }
            .maxOfOrNull { it.updatedAt }
            ?.let { latest.accumulateAndGet(it, ::maxOf) }
        return seen
    }

    /** Null if they are too many, and all names must be read. */
    private fun namesToAskFor(chunk: RowChunk): List<String>? =
        chunk.keys
            .mapTo(LinkedHashSet()) { it.name }
            .toList()
            .takeIf { names ->
                names.sumOf { it.encodeURLParameter().length + NAMES.length + 2 } <= LONGEST_NAMES
            }

    private fun StoredAnnotation.key() = RowKey(targetKind, targetId, null, name, identifier)

    /** Whether [stored] is what the row says; how a number is written does not count. */
    private fun holds(row: Int, stored: StoredAnnotation): Boolean =
        stored.annotatorKindText == rows.annotatorKind(row)?.name &&
            stored.label == rows.label(row).presentOrNull() &&
            stored.explanation == rows.explanation(row).presentOrNull() &&
            stored.score.sameNumber(rows.score(row)?.takeUnless(Double::isNaN)) &&
            sameJson(stored.metadata, rows.metadata(row).orEmpty())
}

/** The ids of one request that asks for rows of [chunk]. */
private class Question(chunk: RowChunk, names: List<String>?) {
    private val asksForIdentifiers = chunk.keys.first().isAskable
    private val room =
        IdChunks.room(if (asksForIdentifiers) 2 else 1, names.orEmpty().map { NAMES to it })
    private val targets = IdList("${chunk.targetKind.targetField}s", room)
    private val identifiers = IdList("identifier", room)

    /** Whether the row of [key] is asked for, too: false if there is no room. */
    fun add(key: RowKey): Boolean =
        targets.add(key.targetId) && (!asksForIdentifiers || identifiers.add(key.identifier))
}

private val BY_TARGET: Comparator<RowKey> = compareBy({ it.targetId }, { it.identifier })
private val BY_IDENTIFIER: Comparator<RowKey> = compareBy({ it.identifier }, { it.targetId })

/** Whether rows can be looked for by the identifier. */
private val RowKey.isAskable: Boolean
    get() = identifier.length in 1..LONGEST_ASKED

/** By value: 0.0 and -0.0 are the same. */
private fun Double?.sameNumber(other: Double?): Boolean =
    if (this == null || other == null) this == null && other == null
    else compareTo(other) == 0 || this - other == 0.0
