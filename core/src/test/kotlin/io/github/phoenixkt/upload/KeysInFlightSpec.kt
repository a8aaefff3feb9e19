package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.TargetKind
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.maps.shouldHaveSize
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

private val NOW: Instant = Instant.parse("2026-01-05T10:00:00Z")
private val TEN_MINUTES: Duration = Duration.ofMinutes(10)

private fun key(target: String) = RowKey(TargetKind.SPAN, target, null, "n", "")

private fun keys(vararg targets: String) = targets.map(::key)

class KeysInFlightSpec :
    FunSpec({
        test("keys that nobody holds are granted at once, those of others in their turn") {
            val inFlight = KeysInFlight()
            val first = inFlight.claim(keys("a", "b"), "one")
            val disjoint = inFlight.claim(keys("c"), "two")
            val second = inFlight.claim(keys("b", "d"), "three")
            val third = inFlight.claim(keys("d"), "four")
            listOf(first, disjoint, second, third).map { it.granted } shouldBe
                listOf(true, true, false, false)
            first.close()
            listOf(second, third).map { it.granted } shouldBe listOf(true, false)
            second.close()
            third.granted shouldBe true
        }

        test("what an owner holds already it can use again, and a key may be given twice") {
            val inFlight = KeysInFlight()
            val window = inFlight.claim(keys("a", "b"), "upload")
            val request = inFlight.claim(keys("b", "b"), "upload")
            request.granted shouldBe true
            request.close()
            val other = inFlight.claim(keys("b", "b"), "other")
            other.granted shouldBe false
            window.close()
            other.granted shouldBe true
            other.close()
            inFlight.claim(keys("a", "b"), "last").granted shouldBe true
        }

        test("what was not queued after all is taken back, and what others queued stays") {
            val inFlight = KeysInFlight()
            fun contested(now: Instant) =
                inFlight
                    .queuedByOthers(keys("a", "b", "c"), "me", now)
                    .keys
                    .map { it.targetId }
                    .sorted()
            inFlight.queued(keys("a"), "other", NOW, NOW + TEN_MINUTES)
            val later = NOW.plusSeconds(1)
            val notes = inFlight.queued(keys("a", "b", "c"), "third", later, later + TEN_MINUTES)
            inFlight.queued(keys("b"), "fourth", later, later + TEN_MINUTES)
            inFlight.arrived(keys("c"))
            inFlight.takeBack(notes)
            contested(later) shouldBe listOf("a", "b")
            // With the time of the older one.
            contested(NOW + TEN_MINUTES) shouldBe listOf("b")
        }

        test("who gives up waiting leaves nothing behind") {
            val inFlight = KeysInFlight()
            val first = inFlight.claim(keys("a"), "one")
            val second = inFlight.claim(keys("a", "b"), "two")
            val third = inFlight.claim(keys("a", "b"), "three")
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) { second.use { it.await() } }
            waiting.cancel()
            waiting.join()
            third.granted shouldBe false
            first.close()
            third.granted shouldBe true
        }

        test("calls that want the same keys in any order all end, one holder of a key at a time") {
            val inFlight = KeysInFlight()
            val targets = List(20) { "t$it" }
            val holders = ConcurrentHashMap<String, Int>()
            val clashes = AtomicInteger()
            withContext(Dispatchers.Default) {
                coroutineScope {
                    repeat(16) { caller ->
                        launch {
                            val random = Random(caller)
                            repeat(500) {
                                val wanted = targets.shuffled(random).take(random.nextInt(1, 8))
                                inFlight.claim(wanted.map(::key), caller).use { claim ->
                                    claim.await()
                                    wanted.forEach { target ->
                                        if (holders.put(target, caller) != null)
                                            clashes.incrementAndGet()
                                    }
                                    yield()
                                    wanted.forEach(holders::remove)
                                }
                            }
                        }
                    }
                }
            }
            clashes.get() shouldBe 0
            inFlight.claim(targets.map(::key), "last").granted shouldBe true
        }

        test(
            "copies count for others than their owner, until they have arrived or for ten minutes"
        ) {
            val inFlight = KeysInFlight()
            inFlight.queued(keys("a", "b"), "one", NOW, NOW + TEN_MINUTES)
            inFlight.queuedByOthers(keys("a", "b"), "one", NOW).shouldBeEmpty()
            inFlight.queuedByOthers(keys("a", "b", "c"), "two", NOW) shouldBe
                mapOf(key("a") to NOW, key("b") to NOW)
            val later = NOW.plusSeconds(60)
            inFlight.queued(keys("a"), "two", later, later + TEN_MINUTES)
            // Now either's may come.
            inFlight.queuedByOthers(keys("a"), "one", later) shouldBe mapOf(key("a") to later)
            inFlight.queuedByOthers(keys("a"), "two", later) shouldBe mapOf(key("a") to later)
            inFlight.arrived(keys("a"))
            inFlight.queuedByOthers(keys("a", "b"), "two", later) shouldBe mapOf(key("b") to NOW)
            inFlight.queuedByOthers(keys("b"), "two", NOW + TEN_MINUTES).shouldBeEmpty()
        }

        test("of very many copies the oldest are forgotten") {
            val inFlight = KeysInFlight()
            val many = List(50_100) { key("t$it") }
            many.chunked(100).forEach { inFlight.queued(it, "one", NOW, NOW + TEN_MINUTES) }
            inFlight.queuedByOthers(many, "two", NOW) shouldHaveSize 50_000
            inFlight.queuedByOthers(many.take(100), "two", NOW).shouldBeEmpty()
            // What is over goes with the next write, even if that is only a confirmed one.
            inFlight.queuedByOthers(keys("y"), "two", NOW + TEN_MINUTES).shouldBeEmpty()
            inFlight.remembered shouldBe 0
            inFlight.queued(keys("x"), "one", NOW + TEN_MINUTES, NOW + TEN_MINUTES.multipliedBy(2))
            inFlight.queuedByOthers(many, "two", NOW).shouldBeEmpty()
        }
    })
