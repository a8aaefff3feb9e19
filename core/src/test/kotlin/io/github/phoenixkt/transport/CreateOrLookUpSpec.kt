package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.FakeTime
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.causesOf
import io.github.phoenixkt.configs.CategoricalValue
import io.github.phoenixkt.configs.categoricalAnnotationConfig
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.json
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.support.TestClock
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest

private const val CONFIG =
    """{"data":{"id":"C=","name":"tone","type":"CATEGORICAL","description":null,
       "optimization_direction":"NONE","values":[{"label":"calm","score":null}]}}"""
private const val PROJECT = """{"data":{"id":"P=","name":"p"}}"""

private val tone = categoricalAnnotationConfig("tone") { values = listOf(CategoricalValue("calm")) }

private fun MockPhoenix.hurriedClient(): PhoenixClient = client {
    runtime = FakeTime().runtime()
}

/** Failures after which nobody knows whether the thing was made. */
private val UNCERTAIN =
    mapOf<String, () -> Answer>(
        "a reset" to { throw IOException("connection reset") },
        "a proxy's 502" to { Answer(502, "bad gateway", version = null) },
        "a proxy's 504" to { Answer(504, "gateway timeout", version = null) },
        "a cut answer" to { json("""{"data":{"id":""") },
    )

private val SPANS = listOf(spanData("n", "a", "t", Instant.EPOCH, Instant.EPOCH))

/** What asks or sends more than once. */
private val COMPOUND: Map<String, suspend (PhoenixClient) -> Any?> =
    mapOf(
        "making a project" to { it.projects.create("p") },
        "ensuring a project" to { it.projects.ensure("p") },
        "making a config" to { it.annotationConfigs.create(tone) },
        "updating a config" to { it.annotationConfigs.update("tone", tone) },
        "deleting a config" to { it.annotationConfigs.delete("tone") },
        "replacing the configs of a project" to
            {
                it.annotationConfigs.replace("p", listOf("tone", "tone"))
            },
        "logging spans" to { it.spans.logSpans(SPANS) },
    )

/** A client in virtual time whose requests may take 3 s each. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun TestScope.slowClient(
    total: Duration,
    answer: suspend (SentRequest) -> Answer,
): PhoenixClient =
    MockPhoenix(dispatcher = StandardTestDispatcher(testScheduler), answer = answer).client {
        runtime =
            PhoenixRuntime(
                clock = TestClock.showing { Instant.ofEpochMilli(currentTime) },
                random = Random(0),
                newId = { "id-1" },
                sleep = { delay(it) },
            )
        timeouts { request = Duration.ofSeconds(3) }
        retry {
            totalTimeout = total
            maxAttempts = 1
        }
    }

@OptIn(ExperimentalCoroutinesApi::class)
class CreateOrLookUpSpec :
    FunSpec({
        UNCERTAIN.forEach { (what, failure) ->
            test("after $what, a config that is there was made") {
                val server = MockPhoenix { if (it.method == "POST") failure() else json(CONFIG) }
                server.hurriedClient().annotationConfigs.create(tone).id shouldBe "C="
                server.lines shouldBe
                    listOf("POST /v1/annotation_configs", "GET /v1/annotation_configs/tone")
            }

            test("after $what, a config that is not there was not made") {
                val server = MockPhoenix {
                    if (it.method == "POST") failure() else Answer(404, "no such config")
                }
                val error =
                    shouldThrow<PhoenixException> {
                        server.hurriedClient().annotationConfigs.create(tone)
                    }
                (error is PhoenixException.NotFound) shouldBe false
                server.lines.count { it.startsWith("POST") } shouldBe 1
            }

            test("after $what, another config of that name is not taken for ours") {
                val server = MockPhoenix { if (it.method == "POST") failure() else json(CONFIG) }
                shouldThrow<PhoenixException> {
                    server
                        .hurriedClient()
                        .annotationConfigs
                        .create(freeformAnnotationConfig("tone"))
                }
            }

            test("after $what, a project that is there was made") {
                var made = false
                val server = MockPhoenix {
                    when {
                        it.method == "POST" -> {
                            made = true
                            failure()
                        }
                        made -> json(PROJECT)
                        else -> Answer(404, "Project not found")
                    }
                }
                server.hurriedClient().projects.create("p").id shouldBe "P="
                server.lines.count { it.startsWith("POST") } shouldBe 1
            }
        }

        test("a config of a kind unknown here is not taken for ours") {
            val server = MockPhoenix {
                if (it.method == "POST") throw IOException("connection reset")
                json(CONFIG.replace("CATEGORICAL", "STARS"))
            }
            shouldThrow<PhoenixException.Unreachable> {
                server.hurriedClient().annotationConfigs.create(tone)
            }
        }

        test("a project that somebody else made meanwhile, a 500 of Phoenix, is as good") {
            var asked = 0
            val server = MockPhoenix {
                when {
                    it.method == "POST" -> Answer(500, "Internal Server Error", version = null)
                    ++asked == 1 -> Answer(404, "Project not found")
                    else -> json(PROJECT)
                }
            }
            server.hurriedClient().projects.ensure("p").id shouldBe "P="
        }

        test("where looking fails as well, the error is that of creating") {
            val server = MockPhoenix {
                if (it.method == "POST") throw IOException("connection reset")
                throw ConnectException("Connection refused")
            }
            val error =
                shouldThrow<PhoenixException.Unreachable> {
                    server.hurriedClient().annotationConfigs.create(tone)
                }
            error.mayHaveArrived shouldBe true
        }

        test("where there is no key to look with, the error is that of creating") {
            val server = MockPhoenix { throw IOException("connection reset") }
            val asked = AtomicInteger()
            val noKey = IllegalStateException("no vault")
            val client = server.client {
                runtime = FakeTime().runtime()
                apiKey { if (asked.incrementAndGet() == 1) "key" else throw noKey }
            }
            val error =
                shouldThrow<PhoenixException.Unreachable> { client.annotationConfigs.create(tone) }
            error.mayHaveArrived shouldBe true
            causesOf(error.suppressed.single()).last() shouldBe noKey
        }

        COMPOUND.forEach { (what, call) ->
            test("$what takes no longer than one call where nothing answers in time") {
                runTest {
                    var written = false
                    val client =
                        slowClient(Duration.ofSeconds(4)) {
                            if (it.method != "GET") written = true
                            if (written) awaitCancellation()
                            delay(1_500)
                            if ("/projects/" in it.path) Answer(404, "none") else json(CONFIG)
                        }
                    shouldThrow<PhoenixException.Timeout> { call(client) }.mayHaveArrived shouldBe
                        true
                    currentTime shouldBe 4_000
                }
            }
        }

        test("nobody looks once the time of the call is over") {
            runTest {
                var asked = 0
                val client =
                    slowClient(Duration.ofSeconds(2)) {
                        asked++
                        awaitCancellation()
                    }
                shouldThrow<PhoenixException.Timeout> { client.annotationConfigs.create(tone) }
                asked shouldBe 1
                currentTime shouldBe 2_000
            }
        }

        test("spans that do not appear are looked for within the time of the call") {
            runTest {
                val client =
                    slowClient(Duration.ofSeconds(8)) {
                        if (it.method == "POST") awaitCancellation()
                        json("""{"data":[]}""")
                    }
                shouldThrow<PhoenixException.Timeout> { client.spans.logSpans(SPANS) }
                currentTime shouldBe 7_000
            }
        }

        test("a refusal is certain, and nobody looks") {
            val server = MockPhoenix { Answer(409, "taken") }
            shouldThrow<PhoenixException.Conflict> {
                server.hurriedClient().annotationConfigs.create(tone)
            }
            server.requests.size shouldBe 1
        }
    })
