package io.github.phoenixkt.upload

import io.github.phoenixkt.FakeTime
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.time.Duration
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

class QueueBudgetSpec :
    FunSpec({
        val runtime = FakeTime().runtime()

        test("a window that does not fit waits until rows are acknowledged") {
            val budget = QueueBudget()
            budget.charge(2_000, 2_500, runtime)
            val waiting =
                async(start = CoroutineStart.UNDISPATCHED) { budget.charge(501, 2_500, runtime) }
            yield()
            waiting.isCompleted shouldBe false
            budget.release(2_000)
            waiting.await()
        }

        test("who waits is served before who comes later, small windows too") {
            val budget = QueueBudget()
            val order = mutableListOf<String>()
            budget.charge(2_500, 2_500, runtime)
            val small =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    budget.charge(250, 250, runtime)
                    order += "small"
                }
            val large =
                launch(start = CoroutineStart.UNDISPATCHED) {
                    budget.charge(2_500, 2_500, runtime)
                    order += "large"
                }
            budget.release(2_500)
            small.join()
            budget.release(250)
            large.join()
            order shouldBe listOf("small", "large")
        }

        test("who gives up waiting leaves nothing behind") {
            val budget = QueueBudget()
            budget.charge(2_500, 2_500, runtime)
            val waiting =
                launch(start = CoroutineStart.UNDISPATCHED) { budget.charge(1, 2_500, runtime) }
            waiting.cancel()
            waiting.join()
            budget.release(2_500)
            budget.charge(2_500, 2_500, runtime)
        }

        test("stranded rows count for ten minutes") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.strand(300, time.now)
            budget.stranded(time.now + Duration.ofMinutes(10)) shouldBe 300
            budget.stranded(time.now + Duration.ofMinutes(10).plusMillis(1)) shouldBe 0
        }

        test("unobserved rows go 500 at once, then 250 a second") {
            val time = FakeTime()
            val budget = QueueBudget()
            budget.chargeUnobserved(500, time.runtime())
            time.sleeps.shouldBeEmpty()
            repeat(2) { budget.chargeUnobserved(125, time.runtime()) }
            time.sleeps shouldBe List(2) { Duration.ofMillis(500) }
        }
    })
