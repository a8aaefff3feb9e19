package io.github.phoenixkt.transport

import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

class Ended(val exitCode: Int, val output: String)

/** Runs a main class in a JVM of its own, and fails when it does not end. */
fun runMain(mainClass: String, vararg args: String, options: List<String> = emptyList()): Ended {
    val command =
        listOf(Path.of(System.getProperty("java.home"), "bin", "java").toString()) +
            listOf("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx128m") +
            options +
            listOf("-cp", System.getProperty("java.class.path")) +
            mainClass +
            args
    return runToEnd(command)
}

fun runToEnd(command: List<String>): Ended {
    val process = ProcessBuilder(command).redirectErrorStream(true).start()
    val output = StringBuilder()
    val reader =
        thread(isDaemon = true) {
            process.inputStream.reader().forEachLine { output.appendLine(it) }
        }
    try {
        check(process.waitFor(60, TimeUnit.SECONDS)) { "The program does not end: $output" }
        reader.join(10_000)
        return Ended(process.exitValue(), output.toString())
    } finally {
        process.destroyForcibly()
    }
}
