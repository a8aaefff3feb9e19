package io.github.phoenixkt.reading

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.json
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.support.runMain
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.lang.ref.WeakReference

private const val PAGE = 1_000
private const val PAGES = 12

/** About twice what it takes; a list of all start times does not fit. */
private const val SMALL_HEAP = "24m"

private fun page(number: Int): String {
    val spans =
        (0 until PAGE).joinToString(",") {
            """{"name":"n","context":{"trace_id":"t","span_id":"$number-$it"},
           "start_time":"2026-01-05T10:00:00Z","end_time":"2026-01-05T10:00:01Z"}"""
        }
    val next = if (number + 1 < PAGES) "\"${number + 1}\"" else "null"
    return """{"data":[$spans],"next_cursor":$next}"""
}

class ReadMemorySpec :
    FunSpec({
        test("a flow lets go of a page before the one after the next is read") {
            val server = MockPhoenix { request ->
                json(
                    page(
                        Regex("cursor=(\\d+)").find(request.query)?.groupValues?.get(1)?.toInt()
                            ?: 0
                    )
                )
            }
            val firstOfPages = mutableListOf<WeakReference<StoredSpan>>()
            val held = mutableListOf<Int>()
            var spans = 0
            server.client().spans.getSpans().collect { span ->
                if (spans % PAGE == 0) firstOfPages += WeakReference(span)
                // In the midst of a page, while it is held.
                if (spans++ % PAGE == PAGE / 2) {
                    System.gc()
                    held += firstOfPages.count { it.get() != null }
                }
            }
            spans shouldBe PAGES * PAGE
            held.shouldNotBeEmpty()
            // That of the page itself shows that a look at the references sees something.
            held.min() shouldBe 1
            held.max() shouldBeLessThanOrEqual 2
        }

        test("a query of 100,000 rows fits a small heap, also while it cuts the time") {
            val spans = spansOf(100_000) { it * 1_000L }
            QueryServer(QueryRoute(spans)).use { server ->
                fun run(vararg options: String) =
                    runMain(
                        SmallHeap::class.java.name,
                        server.endpoint,
                        *options,
                        options =
                            listOf(
                                "-Xmx$SMALL_HEAP",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError",
                            ),
                    )
                val read = run()
                read.output shouldContain "100000 rows"
                read.exitCode shouldBe 0
                // A heap in which all rows had room would show nothing.
                run("keep").output shouldContain "OutOfMemoryError"
            }
        }
    })
