package io.github.phoenixkt.proof

import java.io.IOException
import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path

private const val MEBIBYTE = 1024.0 * 1024

/**
 * Samples what this process holds; sockets only where Linux shows them.
 *
 * @param moreSockets how many more it may hold at the end of a run than after its first quarter
 */
internal class ResourceWatch(moreSockets: Double = 8.0) {
    private val limits = mapOf("heap in MiB" to 16.0, "threads" to 8.0, "sockets" to moreSockets)
    private val samples = limits.keys.associateWith { mutableListOf<Double>() }

    @Suppress("ExplicitGarbageCollectionCall") // What is left after it is what is held.
    @Synchronized
    fun sample() {
        System.gc()
        val beans = ManagementFactory.getMemoryMXBean()
        add("heap in MiB", beans.heapMemoryUsage.used / MEBIBYTE)
        add("threads", ManagementFactory.getThreadMXBean().threadCount.toDouble())
        add("sockets", sockets().toDouble())
    }

    private fun add(name: String, value: Double) {
        samples.getValue(name) += value
    }

    /**
     * Prints the slopes of all samples but those of the first quarter, when everything warms up.
     */
    fun growth(): List<String> = limits.mapNotNull { (name, limit) ->
        val steady = samples.getValue(name).let { it.drop(it.size / 4) }
        val growth = slope(steady) * (steady.size - 1)
        println(
            "  $name: %.1f to %.1f, slope %+.2f over the last three quarters"
                .format(steady.min(), steady.max(), growth)
        )
        "$name: grew by $growth".takeIf { growth > limit }
    }
}

private fun sockets(): Int =
    Path.of("/proc/self/fd").toFile().list().orEmpty().count {
        try {
            Files.readSymbolicLink(Path.of("/proc/self/fd", it)).toString().startsWith("socket:")
        } catch (@Suppress("SwallowedException") e: IOException) {
            false // Closed since it was listed.
        }
    }

/** Of the straight line that fits best, per sample. */
internal fun slope(values: List<Double>): Double {
    val middle = (values.size - 1) / 2.0
    val mean = values.average()
    val spread = values.indices.sumOf { (it - middle) * (it - middle) }
    return values.withIndex().sumOf { (at, value) -> (at - middle) * (value - mean) } / spread
}
