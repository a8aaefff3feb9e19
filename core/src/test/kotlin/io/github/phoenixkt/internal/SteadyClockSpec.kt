package io.github.phoenixkt.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId

class SteadyClockSpec :
    FunSpec({
        test("all clocks of the machine share one, in any zone, and other clocks do not") {
            val shared = SteadyClock.of(Clock.systemUTC())
            SteadyClock.of(Clock.systemDefaultZone()) shouldBeSameInstanceAs shared
            SteadyClock.of(Clock.system(ZoneId.of("Asia/Tokyo"))) shouldBeSameInstanceAs shared
            val ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(1))
            SteadyClock.of(ahead) shouldNotBeSameInstanceAs shared
        }

        test("the clock of the machine is counted, and not read") {
            SteadyClock.of(Clock.systemUTC()).javaClass shouldBe
                SteadyClock.counting(Instant.EPOCH) { 0 }.javaClass
        }

        test("what is counted is what passes, from a start") {
            var nanos = 7L
            val clock = SteadyClock.counting(Instant.EPOCH) { nanos }
            nanos += 1_000_000_000
            clock.instant() shouldBe Instant.ofEpochSecond(1)
        }
    })
