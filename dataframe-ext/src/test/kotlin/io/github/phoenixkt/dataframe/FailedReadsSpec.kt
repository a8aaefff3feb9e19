package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame

/** More than a page of everything. */
private const val SPANS = 1_001

private val IDS = List(SPANS) { "s$it" }

private val READERS: Map<String, suspend PhoenixClient.() -> AnyFrame> =
    mapOf(
        "getSpansDataframe" to { spans.getSpansDataframe() },
        "getRetrievedDocuments" to { spans.getRetrievedDocuments() },
        "getInputOutputContext" to { spans.getInputOutputContext() },
        "getQaWithReference" to { spans.getQaWithReference() },
        "getSessionsDataframe" to { sessions.getSessionsDataframe() },
        "getSpanAnnotationsDataframe" to { spans.getSpanAnnotationsDataframe(IDS) },
        "getTraceAnnotationsDataframe" to { traces.getTraceAnnotationsDataframe(IDS) },
        "getSessionAnnotationsDataframe" to { sessions.getSessionAnnotationsDataframe(IDS) },
    )

/** A frame that is not there has no first part, and nobody can go on with it. */
class FailedReadsSpec :
    FunSpec({
        lateinit var fake: FakePhoenix
        lateinit var client: PhoenixClient

        beforeSpec {
            fake = FakePhoenix.start()
            for (id in IDS) {
                fake.addSpan(FakeSpan.of(id).trace(id).session(id).kind("RETRIEVER"))
            }
            client = clientOf(fake.endpoint().toString(), "default")
            client.spans.logSpanAnnotations(
                IDS.map { SpanAnnotationData(it, "q", label = "x") },
                sync = true,
            )
            client.traces.logTraceAnnotations(
                IDS.map { TraceAnnotationData(it, "q", label = "x") },
                sync = true,
            )
            client.sessions.logSessionAnnotations(
                IDS.map { SessionAnnotationData(it, "q", label = "x") },
                sync = true,
            )
        }
        afterSpec {
            client.close()
            fake.close()
        }

        fun refuseSecondRequest() {
            var requests = 0
            fake.failNext(
                Fault.status(403).header("x-phoenix-server-version", "20.26.1").`when` {
                    "/projects/" in it.path() && ++requests == 2
                }
            )
        }

        test("a flow tells how far it came") {
            refuseSecondRequest()
            shouldThrow<PhoenixException.Forbidden> { client.spans.getSpans().toList() }
                .readProgress
                .shouldNotBeNull()
                .delivered shouldBe 1_000
        }

        for ((name, read) in READERS) {
            test("$name tells of no items, and of no cursor to go on with") {
                refuseSecondRequest()
                val error = shouldThrow<PhoenixException.Forbidden> { client.read() }
                error.readProgress.shouldBeNull()
                error.message shouldNotContain "delivered"
                error.message shouldNotContain "cursor"
            }
        }
    })
