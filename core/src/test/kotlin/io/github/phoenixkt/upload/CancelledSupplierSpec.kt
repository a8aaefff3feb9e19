package io.github.phoenixkt.upload

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withTimeout

/** The supplier of the key waits for a job of its own, which somebody cancels. */
class CancelledSupplierSpec :
    FunSpec({
        val rows = (0 until 900).map { row(it) }

        /** Fails on the calls in [cancelled], counted from 1; [asked] counts them. */
        suspend fun upload(
            way: Delivery,
            cancelled: IntRange,
            asked: AtomicInteger = AtomicInteger(),
        ): UploadReport {
            val model = PhoenixModel(delay = { Duration.ofMillis(200) })
            val client = model.client {
                apiKey {
                    if (asked.incrementAndGet() in cancelled)
                        throw CancellationException("the vault was closed")
                    "key"
                }
            }
            return withTimeout(60_000) {
                val options = uploadOptions {
                    delivery = way
                    queueWindow = 250
                }
                val report = client.annotations.upload(rows, options)
                currentCoroutineContext().isActive shouldBe true
                report
            }
        }

        fun UploadReport.shouldAccountForAll() {
            outcomes shouldHaveSize rows.size
            withClue("$this, $remarks") {
                if (!complete) stoppedBy!!.message shouldContain "the apiKey supplier was cancelled"
            }
        }

        Delivery.entries.forEach { way ->
            test("$way: cancelled once, at any request: a report that accounts for all rows") {
                val asked = AtomicInteger()
                upload(way, IntRange.EMPTY, asked).complete shouldBe true
                for (call in 1..asked.get()) withClue("request $call") {
                    upload(way, call..call).shouldAccountForAll()
                }
            }

            test("$way: cancelled from some request on: a report that says so") {
                for (call in listOf(1, 2, 3, 5, 8)) withClue("request $call") {
                    val report = upload(way, call..Int.MAX_VALUE)
                    report.complete shouldBe false
                    report.shouldAccountForAll()
                }
            }
        }
    })
