package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.JsonValueSerializer
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.upload.RowKey
import io.github.phoenixkt.upload.keys
import java.io.ByteArrayOutputStream
import java.util.concurrent.atomic.AtomicReference
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.SerializationStrategy
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.descriptors.buildClassSerialDescriptor
import kotlinx.serialization.descriptors.element
import kotlinx.serialization.encoding.CompositeEncoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.encoding.encodeCollection
import kotlinx.serialization.encoding.encodeStructure
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.encodeToStream

/**
 * Some rows of one kind of target, in the order in which they are sent.
 *
 * @property keys theirs, in the same order
 */
internal class RowChunk(
    val rows: AnnotationRows,
    val targetKind: TargetKind,
    val indexes: IntArray,
    val keys: List<RowKey> = rows.keys(indexes),
) {
    val size: Int
        get() = indexes.size

    private var encoded: ByteArray? = null

    /** What a write sends. Encoded once for all its attempts; see [dropBody]. */
    fun body(): ByteArray = encoded ?: encode(this).also { encoded = it }

    /** Nothing is sent any more, so that the memory can be used for other chunks. */
    fun dropBody() {
        encoded = null
    }

    /** The rows from position [from] to before [end]. */
    fun part(from: Int, end: Int): RowChunk =
        RowChunk(rows, targetKind, indexes.copyOfRange(from, end), keys.subList(from, end))

    /** The rows at those positions that are [wanted]. */
    inline fun filterPositions(wanted: (Int) -> Boolean): RowChunk {
        val positions = IntArray(size)
        var count = 0
        for (position in 0 until size) if (wanted(position)) positions[count++] = position
        return if (count == size) this else at(positions.copyOf(count))
    }

    /** The rows that are not among the [others]. */
    fun without(others: RowChunk): RowChunk {
        if (others.size == size) return part(0, 0)
        val gone = others.indexes.toHashSet()
        return filterPositions { indexes[it] !in gone }
    }

    /** In this [order] of their keys. */
    fun sorted(order: Comparator<RowKey>): RowChunk {
        if ((1 until size).none { order.compare(keys[it - 1], keys[it]) > 0 }) return this
        val positions =
            indexes.indices.sortedWith { one, other ->
                order.compare(keys[one], keys[other])
            }
        return at(positions.toIntArray())
    }

    fun at(positions: IntArray): RowChunk {
        val there = IntArray(positions.size) { indexes[positions[it]] }
        return RowChunk(rows, targetKind, there, positions.map(keys::get))
    }
}

/** Larger ones are left to the garbage collector. */
private const val LARGEST_SPARE = 256 * 1024

/** A body is put together in here before its size is known; used by one thread at a time. */
private val spareBuffer = AtomicReference<ByteArrayOutputStream>()

/** The one encoder of annotations: what [RowCheck] has passed becomes the body of a write. */
@OptIn(ExperimentalSerializationApi::class)
internal fun encode(chunk: RowChunk): ByteArray {
    val buffer = spareBuffer.getAndSet(null) ?: ByteArrayOutputStream()
    Json.encodeToStream(ChunkSerializer, chunk, buffer)
    val body = buffer.toByteArray()
    buffer.reset()
    if (body.size <= LARGEST_SPARE) spareBuffer.set(buffer)
    return body
}

private object ChunkSerializer : SerializationStrategy<RowChunk> {
    private val items = ListSerializer(JsonElement.serializer()).descriptor

    override val descriptor: SerialDescriptor =
        buildClassSerialDescriptor("annotations") { element("data", items) }

    override fun serialize(encoder: Encoder, value: RowChunk) {
        encoder.encodeStructure(descriptor) {
            encodeSerializableElement(descriptor, 0, Items, value)
        }
    }

    private object Items : SerializationStrategy<RowChunk> {
        override val descriptor: SerialDescriptor = items

        override fun serialize(encoder: Encoder, value: RowChunk) {
            val row = RowSerializer.of(value.targetKind)
            val cursor = Row(value.rows)
            encoder.encodeCollection(descriptor, value.size) {
                value.indexes.forEachIndexed { index, number ->
                    cursor.number = number
                    encodeSerializableElement(descriptor, index, row, cursor)
                }
            }
        }
    }
}

/** The row that is being encoded: one object for all of a chunk. */
private class Row(val rows: AnnotationRows) {
    var number: Int = 0
}

private class RowSerializer(targetKind: TargetKind) : SerializationStrategy<Row> {
    override val descriptor: SerialDescriptor =
        buildClassSerialDescriptor(targetKind.path) {
            element<String>(targetKind.targetField)
            element<Int>("document_position", isOptional = true)
            element<String>("name")
            element<String>("annotator_kind")
            element("result", ResultSerializer.descriptor)
            element("metadata", JsonValueSerializer.descriptor, isOptional = true)
            element<String>("identifier", isOptional = true)
        }

    override fun serialize(encoder: Encoder, value: Row) {
        val rows = value.rows
        val row = value.number
        encoder.encodeStructure(descriptor) {
            encodePresent(descriptor, 0, rows.targetId(row))
            rows.documentPosition(row)?.let { encodeIntElement(descriptor, 1, it) }
            encodePresent(descriptor, 2, rows.name(row))
            encodePresent(descriptor, 3, rows.annotatorKind(row)?.name)
            encodeSerializableElement(descriptor, 4, ResultSerializer, value)
            rows.metadata(row)?.let {
                encodeSerializableElement(descriptor, 5, JsonValueSerializer, it)
            }
            // Never null: Phoenix takes an absent identifier but refuses null.
            encodePresent(descriptor, 6, rows.identifier(row))
        }
    }

    companion object {
        private val serializers = TargetKind.entries.map(::RowSerializer)

        fun of(targetKind: TargetKind) = serializers[targetKind.ordinal]
    }
}

private object ResultSerializer : SerializationStrategy<Row> {
    override val descriptor: SerialDescriptor =
        buildClassSerialDescriptor("result") {
            element<String>("label", isOptional = true)
            element<Double>("score", isOptional = true)
            element<String>("explanation", isOptional = true)
        }

    override fun serialize(encoder: Encoder, value: Row) {
        encoder.encodeStructure(descriptor) {
            encodePresent(descriptor, 0, value.rows.label(value.number))
            value.rows.score(value.number)?.takeUnless(Double::isNaN)?.let {
                encodeDoubleElement(descriptor, 1, it)
            }
            encodePresent(descriptor, 2, value.rows.explanation(value.number))
        }
    }
}

private fun CompositeEncoder.encodePresent(
    descriptor: SerialDescriptor,
    index: Int,
    text: String?,
) {
    text.presentOrNull()?.let { encodeStringElement(descriptor, index, it) }
}
