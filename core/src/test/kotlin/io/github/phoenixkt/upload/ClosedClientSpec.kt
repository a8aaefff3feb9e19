package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.annotations.AnnotationRows
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

private const val DEADLINE = 60_000L

/** A client whose sleeps never end; [asleep] is completed by the first. */
private fun PhoenixModel.sleeper(asleep: CompletableDeferred<Unit>): PhoenixClient = client {
    runtime =
        PhoenixRuntime(
            time.runtime().clock,
            sleep = {
                asleep.complete(Unit)
                awaitCancellation()
            },
        )
}

private fun CoroutineScope.upload(client: PhoenixClient, options: UploadOptions, rows: Int) =
    async {
        client.annotations.upload((0 until rows).map { row(it) }, options)
    }

private suspend fun Deferred<UploadReport>.shouldBeStopped(): UploadReport =
    await().also { it.stoppedBy.shouldBeInstanceOf<IllegalStateException>() }

/** A client that is closed while its upload waits for something. */
class ClosedClientSpec :
    FunSpec({
        test("an outage") {
            val model = PhoenixModel()
            val asleep = CompletableDeferred<Unit>()
            val client = model.sleeper(asleep)
            client.spans.addSpanAnnotation(row(0), sync = true)
            model.trouble = {
                Answer(429, "slower", version = null, headers = mapOf("Retry-After" to "110"))
            }
            withTimeout(DEADLINE) {
                val options = uploadOptions { delivery = Delivery.CONFIRMED }
                val upload = upload(client, options, rows = 10)
                asleep.await()
                client.close()
                upload.shouldBeStopped().counts().values.sum() shouldBe 10
            }
        }

        test("missing targets") {
            val model = PhoenixModel(missing = setOf(spanId(1)))
            val asleep = CompletableDeferred<Unit>()
            val client = model.sleeper(asleep)
            withTimeout(DEADLINE) {
                val options = uploadOptions {
                    delivery = Delivery.CONFIRMED
                    awaitTarget = Duration.ofMinutes(1)
                }
                val upload = upload(client, options, rows = 2)
                asleep.await()
                client.close()
                upload.shouldBeStopped().counts() shouldBe
                    mapOf("MissingTarget" to 1, "Stored" to 1)
            }
        }

        test("the turn of rows that are only queued") {
            val model = PhoenixModel()
            val asleep = CompletableDeferred<Unit>()
            val client = model.sleeper(asleep)
            QueueBudget.of(model.baseUrl).awaitPace(600, model.time.runtime())
            withTimeout(DEADLINE) {
                val options = uploadOptions { delivery = Delivery.QUEUED }
                val upload = upload(client, options, rows = 10)
                asleep.await()
                client.close()
                upload.shouldBeStopped().counts() shouldBe mapOf("NotAttempted" to 10)
            }
        }

        test("room in Phoenix's queue") {
            val model = PhoenixModel()
            val others = QueueBudget.of(model.baseUrl).lease(2_500, 2_500, model.time.runtime())
            withTimeout(DEADLINE) {
                val options = uploadOptions { delivery = Delivery.QUEUED }
                val upload = upload(model.client, options, rows = 600)
                // It holds its keys while it waits for room.
                val key = AnnotationRows.of(listOf(row(0))).key(0)
                val keys = KeysInFlight.of(model.baseUrl)
                while (keys.claim(listOf(key), "test").use { it.granted }) yield()
                model.client.close()
                upload.shouldBeStopped().counts() shouldBe mapOf("NotAttempted" to 600)
            }
            others.close()
            model.queuedWrites.shouldBeEmpty()
        }

        test("a clock that is set back does not prolong an outage") {
            val model = PhoenixModel()
            val client = model.client
            client.spans.addSpanAnnotation(row(0), sync = true)
            var answers = 0
            model.trouble = {
                if (answers++ == 6) model.time.now -= Duration.ofHours(1)
                Answer(503, "away", version = null)
            }
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                outageTolerance = Duration.ofSeconds(30)
            }
            val before = model.time.sleeps.size
            client.annotations.upload(listOf(row(1)), options).complete shouldBe false
            val slept = model.time.sleeps.drop(before).fold(Duration.ZERO, Duration::plus)
            (slept < Duration.ofMinutes(2)) shouldBe true
        }
    })
