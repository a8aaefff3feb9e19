package io.github.phoenixkt.spans

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Instant

class TimeWindowsSpec :
    FunSpec({
        test("windows from year 1 to year 9999 have a cursor") {
            val times =
                listOf(
                    "0001-01-01T00:00:00Z",
                    "0001-01-01T00:00:00.000001Z",
                    "1969-12-31T23:59:59.999999Z",
                    "2026-01-05T10:00:00.123456Z",
                    "9999-12-31T23:59:59.999999Z",
                )
            var windows = TimeWindows.parse(null, null, null).split(times.map(Instant::parse), 1)
            val lowers = mutableListOf<String>()
            while (true) {
                val cursor = windows.next() ?: break
                lowers += windows.first.first.shouldNotBeNull().toString()
                windows = TimeWindows.parse(cursor, null, null)
            }
            lowers shouldBe times.reversed().dropLast(1)
        }
    })
