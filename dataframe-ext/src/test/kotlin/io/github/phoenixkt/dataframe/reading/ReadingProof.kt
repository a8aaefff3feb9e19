package io.github.phoenixkt.dataframe.reading

import io.github.phoenixkt.support.RealPhoenix
import kotlin.system.exitProcess
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.measureTime
import kotlin.time.measureTimedValue
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** 20,000 spans in them, and 201 without one. */
private const val SESSIONS = 1_340
private const val REPORT_EVERY = 5_000
private val LONGEST_PROOF = 30.minutes

/** What is too long for every change, run by `scripts/proof`: prints rates, fails on a loss. */
fun main() {
    val endpoint = RealPhoenix.SQLITE.endpoint()
    val proven = runBlocking {
        withTimeout(LONGEST_PROOF) {
            Project(endpoint, Exported(SESSIONS)).use { project ->
                project.export(endpoint)
                project.proveReaders() and
                    project.proveStatistics() and
                    project.proveMemory() and
                    project.provePeaks()
            }
        }
    }
    println(if (proven) "PROVEN" else "FAILED")
    exitProcess(if (proven) 0 else 1)
}

private fun print(what: String, items: Int, time: Duration, note: String = "") {
    val rate = items / (time.inWholeMilliseconds / 1000.0)
    println("%-46s %7d items %8.0f items/s %s".format(what, items, rate, note))
}

private suspend fun Project.export(endpoint: String) {
    var next = REPORT_EVERY
    val time = measureTime {
        exported.export(endpoint, kotlin) { stored ->
            if (stored >= next) {
                println("$stored of ${exported.spanIds.size} spans are stored")
                next += REPORT_EVERY
            }
        }
    }
    print("export over OTLP, until stored", exported.spanIds.size, time)
}

private suspend fun Project.proveReaders(): Boolean =
    READERS.count { reader ->
        val (result, time) = measureTimedValue { reader.check(this) }
        val (found, problems) = result
        print(reader.name, found, time, if (problems.isEmpty()) "all, once" else "WRONG")
        problems.forEach { println("    $it") }
        problems.isNotEmpty() || found == 0
    } == 0

private suspend fun Project.proveStatistics(): Boolean =
    try {
        val time = measureTime { checkStatistics() }
        print("statistics, as those of pandas", exported.sessionIds.size, time, "all equal")
        true
    } catch (e: AssertionError) {
        println("statistics, as those of pandas: WRONG: ${e.message}")
        false
    }

private suspend fun Project.proveMemory(): Boolean {
    val readings = HeldHeap.ofReading(this)
    readings.forEach { println("$it${if (it.bounded) "" else " WRONG"}") }
    val kept = HeldHeap.ofKeeping(this)
    println("$kept${if (kept.bounded) " WRONG: the measure sees nothing" else ", as it must be"}")
    return readings.all { it.bounded } && !kept.bounded
}

/** What is held between two items says nothing of what a call holds before it gives the first. */
private fun Project.provePeaks(): Boolean {
    val all = "${exported.spanIds.size} items"
    val wrong =
        READINGS.withIndex().count { (number, reading) ->
            val outcome = SmallHeap.read(endpoint, exported.project, number)
            println("${reading.name}, in a small heap: $outcome")
            !outcome.startsWith(all)
        }
    val kept = SmallHeap.read(endpoint, exported.project, reading = 0, keep = true)
    println("${READINGS.first().name}, all kept, in a small heap: $kept")
    return wrong == 0 && "OutOfMemoryError" in kept
}
