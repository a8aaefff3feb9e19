package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.configs.CategoricalAnnotationConfig
import io.github.phoenixkt.configs.OptimizationDirection
import io.github.phoenixkt.configs.categoricalAnnotationConfig
import io.github.phoenixkt.configs.continuousAnnotationConfig
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.SpanEventData
import io.github.phoenixkt.spans.SpanFilter
import io.github.phoenixkt.spans.SpanSort
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.traces.TraceSort
import io.github.phoenixkt.traces.traceQuery
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import java.time.Duration
import java.time.Instant

private val START = Instant.parse("2026-01-05T10:00:00Z")
private val END = Instant.parse("2026-01-05T11:00:00Z")

/** One kind of request object: with nothing set, with everything set, and made again. */
private class Kind<B : Any>(
    val name: String,
    val untouched: B,
    val full: Any,
    val again: Any,
    val fullBuilder: B,
    val hasEquality: Boolean = true,
)

private val FILTER = spanFilter {
    startTime = START
    endTime = END
    traceIds = listOf("t")
    spanIds = listOf("s")
    parentId = "p"
    names = listOf("n")
    spanKinds = listOf("LLM")
    statusCodes = listOf("OK")
    attribute("k", 1)
    sort = SpanSort.START_TIME
    order = SortOrder.ASCENDING
}

private val SPAN =
    spanData("n", "s", "t", START, END) {
        spanKind = "LLM"
        parentId = "p"
        statusCode = "ERROR"
        statusMessage = "broken"
        attribute("k", 1)
        event(SpanEventData("e", START))
    }

private val TRACES = traceQuery {
    startTime = START
    endTime = END
    sessionIds = listOf("s")
    sort = TraceSort.LATENCY
    order = SortOrder.ASCENDING
    includeSpans = true
    filter = "latency_ms > 1"
}

private val ANNOTATIONS = annotationQuery {
    ids = listOf("s")
    identifiers = listOf("i")
    includeAnnotationNames = listOf("a")
    excludeAnnotationNames = listOf("b")
}

private val LABELS =
    categoricalAnnotationConfig("c") {
        value("good", 1.0)
        optimizationDirection = OptimizationDirection.MAXIMIZE
        description = "d"
    }

private val SCORES =
    continuousAnnotationConfig("c") {
        lowerBound = 0.0
        upperBound = 1.0
        optimizationDirection = OptimizationDirection.MAXIMIZE
        description = "d"
    }

private val TEXTS =
    freeformAnnotationConfig("c") {
        optimizationDirection = OptimizationDirection.MAXIMIZE
        threshold = 0.5
        lowerBound = 0.0
        upperBound = 1.0
        description = "d"
    }

private val OPTIONS =
    CallOptions.builder()
        .timeout(Duration.ofSeconds(1))
        .retry(RetrySettings.builder().maxAttempts(1).build())
        .header("a", "b")
        .pageSize(7)
        .build()

@Suppress("LongMethod") // A table.
private fun kinds(): List<Kind<*>> =
    listOf(
        Kind(
            "SpanFilter",
            SpanFilter.builder(),
            FILTER,
            FILTER.toBuilder().build(),
            FILTER.toBuilder(),
        ),
        Kind(
            "SpanData",
            SpanData.builder("n", "s", "t", START, END),
            SPAN,
            SPAN.toBuilder().build(),
            SPAN.toBuilder(),
            hasEquality = false,
        ),
        Kind(
            "TraceQuery",
            traceQuery().toBuilder(),
            TRACES,
            TRACES.toBuilder().build(),
            TRACES.toBuilder(),
        ),
        Kind(
            "AnnotationQuery",
            AnnotationQuery.builder(),
            ANNOTATIONS,
            ANNOTATIONS.toBuilder().build(),
            ANNOTATIONS.toBuilder(),
        ),
        Kind(
            "CategoricalAnnotationConfig",
            CategoricalAnnotationConfig.builder("c"),
            LABELS,
            LABELS.toBuilder().build(),
            LABELS.toBuilder(),
        ),
        Kind(
            "ContinuousAnnotationConfig",
            continuousAnnotationConfig("c").toBuilder(),
            SCORES,
            SCORES.toBuilder().build(),
            SCORES.toBuilder(),
        ),
        Kind(
            "FreeformAnnotationConfig",
            freeformAnnotationConfig("c").toBuilder(),
            TEXTS,
            TEXTS.toBuilder().build(),
            TEXTS.toBuilder(),
        ),
        Kind(
            "CallOptions",
            CallOptions.builder(),
            OPTIONS,
            OPTIONS.toBuilder().build(),
            OPTIONS.toBuilder(),
            hasEquality = false,
        ),
    )

/** What a builder holds; names of internal members are mangled. */
private fun held(builder: Any): Map<String, Any?> =
    builder.javaClass.methods
        .filter { it.name.startsWith("get") && it.parameterCount == 0 && '$' !in it.name }
        .filter { it.name != "getClass" }
        .associate { it.name to it.invoke(builder) }

class RequestObjectsSpec :
    FunSpec({
        kinds().forEach { kind ->
            test("${kind.name}: a builder that starts from given values has all of them") {
                val before = held(kind.untouched)
                val after = held(kind.fullBuilder)
                // Root spans have no parent, so that a filter cannot have both.
                (before.keys.filter { before[it] == after[it] } - "getRootSpansOnly")
                    .shouldBeEmpty()
                // As what it was made of.
                kind.again.toString() shouldBe kind.full.toString()
                if (kind.hasEquality) {
                    kind.again shouldBe kind.full
                    kind.again.hashCode() shouldBe kind.full.hashCode()
                }
            }
        }

        test("each value counts in a comparison") {
            FILTER.toBuilder().order(null).build() shouldNotBe FILTER
            TRACES.toBuilder().includeSpans(false).build() shouldNotBe TRACES
            ANNOTATIONS.toBuilder().excludeAnnotationNames(null).build() shouldNotBe ANNOTATIONS
            LABELS.toBuilder().description(null).build() shouldNotBe LABELS
            SCORES.toBuilder().lowerBound(0.5).build() shouldNotBe SCORES
            TEXTS.toBuilder().threshold(0.6).build() shouldNotBe TEXTS
            val roots = spanFilter { rootSpansOnly = true }
            roots shouldNotBe spanFilter()
            roots.toBuilder().build() shouldBe roots
        }

        test("what is built does not change with its builder or with the caller's list") {
            val names = mutableListOf("a")
            val builder = SpanFilter.builder().names(names)
            val filter = builder.build()
            names += "b"
            builder.attribute("k", 1)
            filter.names shouldBe listOf("a")
            filter.attributes shouldBe emptyMap()
        }

        test("a text shows what is set, of a long list the first few, and no header") {
            spanFilter().toString() shouldBe "SpanFilter()"
            spanFilter {
                traceIds = List(1_000) { "t$it" }
                rootSpansOnly = true
            }
                .toString() shouldBe
                "SpanFilter(traceIds=[t0, t1, t2, … 1000 in all], rootSpansOnly=true)"
            OPTIONS.toString() shouldBe
                "CallOptions(timeout=PT1S, retry=${OPTIONS.retry}, headers=[a], pageSize=7)"
            val secret = CallOptions.builder().header("api_key", "s3cret").build()
            secret.toString() shouldNotContain "s3cret"
        }
    })
