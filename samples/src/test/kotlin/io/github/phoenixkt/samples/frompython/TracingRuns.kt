package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.opentelemetry.PhoenixTracing
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.spans.StoredSpan
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.GlobalOpenTelemetry
import java.time.Duration
import java.util.UUID
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

private const val QUICKSTART = "evaluating_traces_quickstart"

/** What the guide shows of setting up tracing. */
fun Runs.tracing() {
    listing(
        41,
        realOnly = true,
        kotlin = { ofGlobalTracer(::registered) },
        java = { ofGlobalTracer(JavaTracing::registered) },
    ) { name ->
        eventually(60.seconds) {
            ofProject(QUICKSTART).map { it.name }.count { it == name } shouldBe 1
        }
    }
    listing(
        42,
        realOnly = true,
        kotlin = { withTracing { instrumented(it.openTelemetry(), ::joke)("Tell me a joke.") } },
        java = {
            withTracing {
                JavaTracing.instrumented(it.openTelemetry(), ::joke).apply("Tell me a joke.")
            }
        },
    ) { answer ->
        eventually(60.seconds) {
            val span = ofProject(project).single()
            span.spanKind shouldBe "LLM"
            span.attributes shouldContainAll
                mapOf("input.value" to "Tell me a joke.", "output.value" to answer)
        }
    }
}

private fun joke(prompt: String) = "You said: $prompt"

/** The name of a span that the global tracer made; the environment of this guide is its Phoenix. */
private fun Guide.ofGlobalTracer(register: () -> PhoenixTracing): String {
    val name = "span-${UUID.randomUUID()}"
    System.setProperty("phoenix.endpoint", baseUrl)
    GlobalOpenTelemetry.resetForTest()
    try {
        register().use { tracing ->
            GlobalOpenTelemetry.getTracer("quickstart").spanBuilder(name).startSpan().end()
            tracing.flush(Duration.ofSeconds(60)) shouldBe true
        }
    } finally {
        GlobalOpenTelemetry.resetForTest()
        System.clearProperty("phoenix.endpoint")
    }
    return name
}

private fun <T> Guide.withTracing(block: (PhoenixTracing) -> T): T {
    val settings = phoenixSettings {
        environment = PhoenixEnvironment.empty()
        endpoint = baseUrl
    }
    return PhoenixTracing.builder().settings(settings).project(project).build().use(block)
}

/** An error until the project exists, which it does with its first span. */
private suspend fun Guide.ofProject(project: String): List<StoredSpan> =
    client.spans.getSpans(project = project).toList()
