package io.github.phoenixkt.proof

import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.contractClient
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.io.path.readText
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay

/** How many annotations a second are given while Phoenix is stopped, each by a queue of its own. */
private val OUTAGE_RATES = listOf(10, 200)
private const val KILL_RATE = 150
private const val SCRIPT_MINUTES = 6L

/**
 * @property outage how long Phoenix is stopped
 * @property up how long it is up before and after that, and before each kill
 * @property kills how often it is killed
 */
class OutagePlan(val outage: Duration, val up: Duration, val kills: Int)

/** A Phoenix of its own, which can be stopped and started again with its data and on its port. */
private class OwnPhoenix : AutoCloseable {
    private val folder = Files.createTempDirectory("phoenix-kt-outage")
    private val script =
        generateSequence(Path.of("").toAbsolutePath()) { it.parent }
            .map { it.resolve("scripts/phoenix") }
            .first(Files::exists)

    init {
        run("start")
    }

    val endpoint = "http://127.0.0.1:${folder.resolve("plain/port").readText().trim()}"

    fun run(vararg command: String) {
        val process =
            ProcessBuilder(listOf("$script") + command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .apply { environment()["PHOENIX_KT_STATE"] = "$folder" }
                .start()
        check(process.waitFor(SCRIPT_MINUTES, TimeUnit.MINUTES) && process.exitValue() == 0) {
            "scripts/phoenix ${command.joinToString(" ")} failed"
        }
    }

    override fun close() = run("stop")
}

/**
 * Phoenix is stopped while feedback is given, and started again; then it is killed while it stores
 * feedback.
 *
 * @return what was lost, stored twice or reported falsely
 */
suspend fun proveOutage(plan: OutagePlan): List<String> =
    OwnPhoenix().use { phoenix ->
        contractClient(phoenix.endpoint).use { client ->
            val talk = Conversation().record(client)
            fun feed(rate: Int) = Feed(client, talk, rate)
            val feeds = OUTAGE_RATES.map(::feed)
            val killed = feed(KILL_RATE)
            coroutineScope {
                val running = feeds.map { it.start(this) }
                delay(plan.up)
                phoenix.run("halt")
                delay(plan.outage)
                phoenix.run("resume")
                val back = TimeSource.Monotonic.markNow()
                delay(plan.up)
                running.forEach { it.cancelAndJoin() }
                feeds.forEach { it.drain() }
                val drained = back.elapsedNow() - plan.up
                println("stopped for ${plan.outage}; drained $drained after the last was given")
                repeat(plan.kills) {
                    val job = killed.start(this)
                    delay(plan.up)
                    phoenix.run("halt", "--kill")
                    delay(1.seconds)
                    phoenix.run("resume")
                    delay(1.seconds)
                    job.cancelAndJoin()
                }
                killed.drain()
                println("killed ${plan.kills} times")
            }
            differences(client, talk, feeds + killed)
        }
    }
