package io.github.phoenixkt.dataframe.reading

import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking

/**
 * Reading takes 16 to 20 MB, of which a page is about two; 20,000 spans do not fit. The list of
 * start times of a query is too small beside the rest to be seen here: it is in core's tests, with
 * more rows.
 */
private const val SMALL_HEAP = "-Xmx24m"
private const val LONGEST_READING_MINUTES = 5L
private const val KEEP = "keep"

/**
 * Reads a project in a JVM of its own with a small heap: unlike a look at what is held between two
 * items, this shows what a page takes while it is made.
 */
object SmallHeap {
    /** Endpoint, project, number of the reading, and whether to keep what was read. */
    @JvmStatic
    fun main(args: Array<String>) {
        val kept = mutableListOf<Any>()
        var items = 0
        Clients(args[0], args[1]).use { clients ->
            runBlocking {
                READINGS[args[2].toInt()].read(clients) {
                    items++
                    if (KEEP in args) kept += it
                }
            }
        }
        println("$items items, ${kept.size} of them kept")
        // Threads of the clients may take a while to end.
        exitProcess(0)
    }

    /** What the reading said at the end, or of what it died. */
    fun read(endpoint: String, project: String, reading: Int, keep: Boolean = false): String {
        val options = listOf(SMALL_HEAP, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
        val command =
            listOf(Path.of(System.getProperty("java.home"), "bin", "java").toString()) +
                options +
                listOf("-cp", System.getProperty("java.class.path"), SmallHeap::class.java.name) +
                listOfNotNull(endpoint, project, "$reading", KEEP.takeIf { keep })
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val output = StringBuilder()
        val reader =
            thread(isDaemon = true) {
                process.inputStream.reader().forEachLine { output.appendLine(it) }
            }
        try {
            val ended = process.waitFor(LONGEST_READING_MINUTES, TimeUnit.MINUTES)
            check(ended) { "The reading does not end: $output" }
            reader.join()
            return output.toString().trim()
        } finally {
            process.destroyForcibly()
        }
    }
}
