package io.github.phoenixkt.reading

import io.github.phoenixkt.MockPhoenix
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import kotlinx.coroutines.flow.toList

/** How many start times are asked for at once: each case here has more spans. */
private const val MOST_TIMES = 5_000

/** Which of the spans a list of times has when it cannot have all: nobody promises anything. */
private val ARRANGEMENTS: Map<String, (List<QueriedSpan>, Random) -> List<QueriedSpan>> =
    mapOf(
        "any of them" to { found, random -> found.shuffled(random) },
        "the earliest ones" to { found, _ -> found.sortedBy { it.start } },
        "the latest ones" to { found, _ -> found.sortedByDescending { it.start } },
        "the fullest moment" to
            { found, _ ->
                val sizes = found.groupingBy { it.start }.eachCount()
                found.sortedByDescending { sizes.getValue(it.start) }
            },
    )

/** Spans, and how many of them start at the fullest moment. */
private val CROWDS: Map<String, Pair<List<QueriedSpan>, Int>> =
    mapOf(
        "one after the other" to (spansOf(12_000) { it * 1_000L } to 1),
        "all at one moment" to (spansOf(7_000) { 0L } to 7_000),
        "at one moment but for one before" to (spansOf(7_001) { if (it == 0) 0L else 1L } to 7_000),
        "at one moment but for one after" to (spansOf(7_001) { it / 7_000L } to 7_000),
        "at one moment, with many around it" to
            (spansOf(12_000) { it.coerceIn(3_000, 9_000) * 5L } to 6_001),
        "at two moments that meet" to (spansOf(14_000) { it % 2L } to 7_000),
        "at two moments far apart" to (spansOf(14_000) { it % 2 * 1_000_000L } to 7_000),
    )

class CrowdedSpanQuerySpec :
    FunSpec({
        for ((crowd, about) in CROWDS) for ((arrangement, arranged) in ARRANGEMENTS) {
            test("spans that start $crowd come once each; times are given of $arrangement") {
                val (spans, fullest) = about
                val route = QueryRoute(spans, arranged = arranged)
                val client = MockPhoenix(answer = route::answer).client()
                client.spans.querySpans().toList().keys() shouldBe keysOf(spans)
                route.mostTimes shouldBe MOST_TIMES
                // Only what starts at one moment comes at once, and nothing with it.
                route.largestAnswer shouldBeLessThanOrEqual maxOf(fullest, 1_000)
            }
        }

        test("a window that ends within the microsecond of many is cut, too") {
            val spans = spansOf(7_002) { if (it < 7_000) 1L else 0L }
            val route = QueryRoute(spans, arranged = ARRANGEMENTS.getValue("the latest ones"))
            val client = MockPhoenix(answer = route::answer).client()
            val end = spans.first().start.plusNanos(300)
            client.spans.querySpans(endTime = end).toList().keys() shouldBe keysOf(spans)
            route.largestAnswer shouldBe 7_000
        }
    })
