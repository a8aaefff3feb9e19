package io.github.phoenixkt.queue

import io.github.phoenixkt.annotations.TargetKind
import java.io.InputStream
import java.time.Instant
import java.util.zip.CRC32

/** An entry that an earlier process left. */
internal class SpooledItem(val number: Long, val acceptedAt: Instant, val item: QueueItem)

/**
 * @property damaged how many records could not be read
 * @property lastNumber the highest number that a record names, or 0
 */
internal class SpoolContent(
    val items: List<SpooledItem>,
    val damaged: Int,
    val lastNumber: Long,
)

/**
 * The format of the spool, version 1: lines of text, each a checksum and a record.
 *
 * ```
 * 0f3a9c51 phoenix-kt-spool 1
 *
 * 8d1e0b77 A 17 1795703400000 SPAN {"data":[{"span_id":…}]}
 *
 * 5b2c9e10 D 17
 * ```
 *
 * `A` is an annotation and `N` a note: number, time in milliseconds, target kind, body of the
 * request. `D` says that the entry of that number is done. An empty line before each record keeps a
 * torn record, or one with a damaged line break, from taking its neighbour along.
 */
internal object SpoolRecords {
    private const val MAGIC = "phoenix-kt-spool"
    private const val VERSION = 1
    private const val CHECKSUM_LENGTH = 8

    val header: ByteArray = line("$MAGIC $VERSION")

    fun accepted(entry: QueueEntry): ByteArray {
        val type = if (entry.item is QueueItem.OfNote) "N" else "A"
        val time = entry.date.toEpochMilli()
        return line("$type ${entry.number} $time ${entry.item.targetKind.name} ${entry.item.body}")
    }

    fun done(number: Long): ByteArray = line("D $number")

    /** @throws IllegalArgumentException if a newer version wrote it */
    fun read(input: InputStream): SpoolContent {
        val accepted = mutableListOf<SpooledItem>()
        val done = mutableSetOf<Long>()
        var damaged = 0
        for (line in input.bufferedReader().lineSequence()) {
            if (line.isEmpty()) continue
            val record = recordIn(line)
            when {
                record == null -> damaged++
                record.startsWith(MAGIC) -> requireKnown(record)
                record.startsWith("D ") -> record.substring(2).toLongOrNull()?.let { done += it }
                else -> itemIn(record)?.let { accepted += it } ?: damaged++
            }
        }
        // Only the last of a key: an earlier one has been replaced, even if the last is done.
        val last = accepted.groupBy { it.item.key }.values.map { of -> of.maxBy { it.number } }
        val left = last.filter { it.number !in done }.sortedBy { it.number }
        val numbers = accepted.asSequence().map { it.number } + done
        return SpoolContent(left, damaged, numbers.maxOrNull() ?: 0L)
    }

    /** A damaged line break sticks to the end of one line or to the beginning of the next. */
    private fun recordIn(line: String): String? =
        checked(line) ?: checked(line.dropLast(1)) ?: checked(line.drop(1))

    private fun checked(line: String): String? {
        if (line.length <= CHECKSUM_LENGTH || line[CHECKSUM_LENGTH] != ' ') return null
        val record = line.substring(CHECKSUM_LENGTH + 1)
        return record.takeIf { line.startsWith(checksum(it.encodeToByteArray())) }
    }

    private fun requireKnown(header: String) {
        val version = header.substringAfter(' ').toIntOrNull()
        require(version == VERSION) {
            "The spool was written in format $version by a newer phoenix-kt; this one reads format $VERSION. " +
                "Use the newer version, or another folder."
        }
    }

    private fun itemIn(record: String): SpooledItem? =
        try {
            val parts = record.split(' ', limit = 5)
            val (type, number, time) = parts
            val targetKind = TargetKind.valueOf(parts[3])
            val read =
                when (type) {
                    "A" -> QueueItem.annotationFrom(targetKind, parts[4])
                    "N" -> QueueItem.noteFrom(targetKind, parts[4])
                    else -> null
                }
            read?.let { SpooledItem(number.toLong(), Instant.ofEpochMilli(time.toLong()), it) }
        } catch (_: IllegalArgumentException) {
            null
        } catch (_: IndexOutOfBoundsException) {
            null
        }

    private fun line(record: String): ByteArray {
        val bytes = record.encodeToByteArray()
        return "\n${checksum(bytes)} ".encodeToByteArray() + bytes + '\n'.code.toByte()
    }

    private fun checksum(bytes: ByteArray): String {
        val crc = CRC32().apply { update(bytes) }.value
        return crc.toString(radix = 16).padStart(CHECKSUM_LENGTH, '0')
    }
}
