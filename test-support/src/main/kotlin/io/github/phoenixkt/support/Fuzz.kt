package io.github.phoenixkt.support

import java.util.Base64
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.atomic.AtomicLongArray
import kotlin.random.Random

private const val MOST_EDITS = 6
private const val LONGEST_INPUT = 32 * 1024
private const val MOST_FAILURES = 20
private const val HANG_SECONDS = 60L
private const val BATCH = 64
private val JSON_VALUE =
    Regex("""(?s)"(?:[^"\\]|\\.){0,200}"|-?[0-9]+(?:\.[0-9]+)?|true|false|null|\{\}|\[]""")
private val JSON_VALUES =
    listOf(
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "\"x\"",
        "0",
        "-1",
        "1e999",
        "NaN",
        "9223372036854775808",
        "\"\\ud800\"",
        "\"0001-01-01T00:00:00\"",
        "\"+999999999-12-31T23:59:59Z\"",
        "[".repeat(600) + "]".repeat(600),
        "{\"a\":".repeat(600) + "1" + "}".repeat(600),
    )

/**
 * Something that reads what others wrote.
 *
 * @property percent its part of the inputs of a proof: less for a slow reader
 * @property corpus good inputs, which are edited
 * @property tokens what is put into them
 * @property repair makes the edited input consistent, so that it gets past a checksum
 * @property take reads an input, and throws if it is not read as documented
 */
class FuzzTarget(
    val name: String,
    val percent: Int,
    val corpus: List<ByteArray>,
    val tokens: List<String>,
    val repair: (ByteArray) -> ByteArray = { it },
    val take: (ByteArray) -> Unit,
) {
    /** The same for the same numbers, on every machine. */
    fun input(seed: Long, number: Long): ByteArray {
        val random = Random(seed * 1_000_003 + number * 31 + name.hashCode())
        var input = corpus.random(random)
        repeat(random.nextInt(MOST_EDITS + 1)) { input = edit(input, random) }
        if (input.size > LONGEST_INPUT) input = input.copyOf(LONGEST_INPUT)
        return if (random.nextBoolean()) repair(input) else input
    }

    private fun edit(input: ByteArray, random: Random): ByteArray {
        if (input.isEmpty()) return corpus.random(random)
        val at = random.nextInt(input.size)
        val end = minOf(input.size, at + 1 + random.nextInt(1 + random.nextInt(64)))
        return when (random.nextInt(10)) {
            0 ->
                input.copyOf().also {
                    it[at] = (it[at].toInt() xor (1 shl random.nextInt(8))).toByte()
                }
            1 -> input.copyOf().also { it[at] = random.nextInt().toByte() }
            2 -> input.copyOf(at)
            3 -> input.without(at, end)
            4 -> input.copyOf(end) + input.copyOfRange(at, input.size)
            5 -> input.with(at, at, tokens.random(random))
            6 -> input.with(at, end, tokens.random(random))
            7 -> {
                val other = corpus.random(random)
                input.copyOf(at) + other.copyOfRange(random.nextInt(other.size + 1), other.size)
            }
            else -> input.withOtherValue(at, random)
        }
    }
}

private fun ByteArray.without(from: Int, to: Int) = copyOf(from) + copyOfRange(to, size)

private fun ByteArray.with(from: Int, to: Int, text: String) =
    copyOf(from) + text.encodeToByteArray() + copyOfRange(to, size)

/** Another value in place of one of JSON, or at this place if there is none. */
private fun ByteArray.withOtherValue(at: Int, random: Random): ByteArray {
    val text = toString(Charsets.ISO_8859_1)
    val value = JSON_VALUE.find(text, at)?.range ?: at until at
    return with(value.first, value.last + 1, JSON_VALUES.random(random))
}

/** Chooses by the bytes of an input, one for each small choice; by zeros when they are used up. */
class ChosenBy(private val input: ByteArray) : Random() {
    private var next = 0

    private fun byte(): Int = if (next < input.size) input[next++].toInt() and 0xff else 0

    override fun nextInt(until: Int): Int =
        if (until in 1..256) byte() % until else super.nextInt(until)

    override fun nextBits(bitCount: Int): Int {
        var bits = 0
        repeat((bitCount + 7) / 8) { bits = bits shl 8 or byte() }
        return if (bitCount == 0) 0 else bits and (-1 ushr (32 - bitCount))
    }
}

/**
 * Gives [inputs] inputs of each of [targets] to it, on [threads] threads.
 *
 * @return the failures, each with what it takes to repeat it; an input that takes longer than a
 *   minute is one
 */
fun fuzz(targets: List<FuzzTarget>, inputs: Long, seed: Long, threads: Int): List<String> =
    targets.flatMap {
        Fuzzing(it, inputs, seed).run(threads)
    }

private class Fuzzing(
    private val target: FuzzTarget,
    private val inputs: Long,
    private val seed: Long,
) {
    private val failures = ConcurrentLinkedQueue<String>()
    private val next = AtomicLong()

    fun run(threads: Int): List<String> {
        val now = AtomicLongArray(threads)
        val ended = CountDownLatch(threads)
        repeat(threads) { index ->
            Thread(null, { work(index, now, ended) }, "fuzz-${target.name}-$index")
                .apply { isDaemon = true }
                .start()
        }
        var before = List(threads) { -1L }
        while (!ended.await(HANG_SECONDS, TimeUnit.SECONDS)) {
            val current = List(threads) { now[it] }
            for (index in 0 until threads) {
                val number = current[index]
                if (number == before[index] && number < inputs)
                    return failures + described(number, "hangs")
            }
            before = current
        }
        return failures.toList()
    }

    private fun work(index: Int, now: AtomicLongArray, ended: CountDownLatch) {
        while (failures.size < MOST_FAILURES) {
            val first = next.getAndAdd(BATCH.toLong())
            if (first >= inputs) break
            for (number in first until minOf(first + BATCH, inputs)) {
                now.set(index, number)
                give(number)
            }
        }
        now.set(index, inputs)
        ended.countDown()
    }

    private fun give(number: Long) {
        try {
            target.take(target.input(seed, number))
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            failures +=
                described(number, e.stackTraceToString().lines().take(12).joinToString("\n"))
        }
    }

    private fun described(number: Long, what: String) =
        "${target.name}, seed $seed, input $number: $what\n" +
            Base64.getEncoder().encodeToString(target.input(seed, number))
}
