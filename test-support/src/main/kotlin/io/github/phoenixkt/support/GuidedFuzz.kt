package io.github.phoenixkt.support

import java.io.File
import java.nio.file.Path
import java.util.Base64
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import kotlin.io.path.createDirectories
import kotlin.io.path.createTempDirectory
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.io.path.useDirectoryEntries
import kotlin.io.path.writeBytes
import kotlin.io.path.writeLines
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.minutes
import kotlin.time.measureTimedValue

private const val JAZZER = "com.code_intelligence.jazzer.Jazzer"
private const val LONGEST_GUIDED_INPUT = 1024
private const val HANG_SECONDS = 60
private const val MEBIBYTES = 3_000
private const val AT_ONCE = 2
private const val STACK_TRACE_DEPTH = 32
private val CHECKS =
    listOf(
        "io.github.phoenixkt.support.**",
        "io.github.phoenixkt.dataframe.FrameFuzz*",
        "io.github.phoenixkt.proof.**",
    )

private const val PERCENT = 100

/** For each reader. */
private val LONGEST = 14.minutes
private val RUNS = Regex("""stat::number_of_executed_units:\s*([0-9]+)""")
private val COVERAGE = Regex("""cov: ([0-9]+)""")

/** What Jazzer calls. Its arguments name the class that has the targets, and the target. */
object GuidedFuzz {
    private lateinit var target: FuzzTarget

    @JvmStatic
    fun fuzzerInitialize(args: Array<String>) {
        target = targetsOf(args[0])[args[1].toInt()]
    }

    @JvmStatic
    fun fuzzerTestOneInput(input: ByteArray) {
        target.take(input)
        // What a reader behind a checksum would never see otherwise.
        val repaired = target.repair(input)
        if (!repaired.contentEquals(input)) target.take(repaired)
    }
}

@Suppress("UNCHECKED_CAST")
private fun targetsOf(className: String) =
    Class.forName(className).getMethod("fuzzTargets").invoke(null) as List<FuzzTarget>

/**
 * Lets Jazzer, which follows the coverage of the code, make inputs for each target of a class: its
 * name, how many inputs all targets share, and a seed. Prints the figures. Ends with 1 after a
 * failure, whose input is printed, and if there was no time for all inputs.
 */
fun main(args: Array<String>) {
    val (className, inputs, seed) = args
    val lanes = Executors.newFixedThreadPool(AT_ONCE)
    val failures =
        targetsOf(className)
            .mapIndexed { index, target ->
                val run = GuidedRun(className, index, target)
                lanes.submit(Callable { run.run(inputs.toLong() * target.percent / PERCENT, seed) })
            }
            .mapNotNull { it.get() }
    failures.forEach(::println)
    println(if (failures.isEmpty()) "PROVEN" else "${failures.size} WRONG")
    exitProcess(if (failures.isEmpty()) 0 else 1)
}

private class GuidedRun(
    private val className: String,
    private val index: Int,
    private val target: FuzzTarget,
) {
    private val folder: Path = createTempDirectory("phoenix-kt-fuzz")
    private val corpus = folder.resolve("corpus").createDirectories()
    private val found = folder.resolve("found").createDirectories()
    private val dictionary = folder.resolve("tokens")
    private val log = folder.resolve("log")

    /** @return what went wrong, or null */
    fun run(inputs: Long, seed: String): String? {
        target.corpus.forEachIndexed { number, input ->
            corpus.resolve("$number").writeBytes(input)
        }
        dictionary.writeLines(target.tokens.map(::quoted))
        val (exitCode, time) = measureTimedValue { jazzer(inputs, seed) }
        val output = log.readText()
        val given = last(RUNS, output)
        println(
            "%-14s %9d inputs %6d s, %d places covered"
                .format(target.name, given, time.inWholeSeconds, last(COVERAGE, output))
        )
        if (exitCode == 0) {
            folder.toFile().deleteRecursively()
            return if (given >= inputs) null
            else "${target.name}: the time was up after $given of $inputs inputs"
        }
        val inputsFound = found.useDirectoryEntries { files ->
            files.map { described(it) }.toList()
        }
        return "${target.name}: ${output.takeLast(8_000)}\n${inputsFound.joinToString("\n")}"
    }

    private fun jazzer(inputs: Long, seed: String): Int {
        val command =
            listOf(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                // Most inputs end in an exception.
                "-XX:MaxJavaStackTraceDepth=$STACK_TRACE_DEPTH",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                "-cp",
                System.getProperty("java.class.path"),
                JAZZER,
                "--target_class=${GuidedFuzz::class.java.name}",
                "--target_args=$className $index",
                // The readers, but not what checks them. To follow each comparison would make loops
                // over characters many times slower.
                "--trace=cov",
                "--instrumentation_includes=io.github.phoenixkt.**",
                "--instrumentation_excludes=${CHECKS.joinToString(":")}",
                // Jazzer's own detectors are for injection into other systems.
                "--custom_hook_includes=none",
                "--custom_hook_excludes=**",
                "--reproducer_path=$folder",
                "-runs=$inputs",
                "-seed=$seed",
                "-dict=$dictionary",
                "-max_len=$LONGEST_GUIDED_INPUT",
                "-timeout=$HANG_SECONDS",
                "-rss_limit_mb=$MEBIBYTES",
                "-max_total_time=${LONGEST.inWholeSeconds}",
                "-print_final_stats=1",
                "-artifact_prefix=$found${File.separator}",
                "$corpus",
            )
        val process =
            ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start()
        try {
            return process.waitFor()
        } finally {
            process.destroyForcibly()
        }
    }
}

private fun last(what: Regex, output: String): Long =
    what.findAll(output).lastOrNull()?.groupValues?.get(1)?.toLong() ?: 0

private fun described(file: Path): String =
    "${file.fileName}: ${Base64.getEncoder().encodeToString(file.readBytes())}"

private fun quoted(token: String): String =
    token.encodeToByteArray().joinToString("", "\"", "\"") { "\\x%02x".format(it) }
