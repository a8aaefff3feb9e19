package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.AGENT
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.CHAIN
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.EMBEDDING
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.RETRIEVER
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.TOOL
import io.github.phoenixkt.phoenixSettings
import io.github.phoenixkt.spans.SpanQuery
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.opentelemetry.api.common.AttributeKey.booleanKey
import io.opentelemetry.api.common.AttributeKey.doubleKey
import io.opentelemetry.api.common.AttributeKey.longArrayKey
import io.opentelemetry.api.common.AttributeKey.longKey
import io.opentelemetry.api.common.AttributeKey.stringArrayKey
import io.opentelemetry.api.common.AttributeKey.stringKey
import io.opentelemetry.api.common.Attributes
import io.opentelemetry.api.common.AttributesBuilder
import java.time.Duration
import java.util.UUID
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.toList

private const val KIND = "openinference.span.kind"
private const val OPERATION = "gen_ai.operation.name"

/** Attributes of a span, by their names, and the kind that Phoenix shows it as. */
private class Row(val attributes: Map<String, Any>, val kind: OpenInferenceSpanKind?) {
    val name = attributes.entries.joinToString { (key, value) -> "$key=<$value>" }

    fun attributes(): Attributes =
        Attributes.builder()
            .apply { this@Row.attributes.forEach { (key, value) -> put(key, value) } }
            .build()
}

@Suppress("UNCHECKED_CAST")
private fun AttributesBuilder.put(key: String, value: Any) {
    when {
        value is String -> put(stringKey(key), value)
        value is Long -> put(longKey(key), value)
        value is Double -> put(doubleKey(key), value)
        value is Boolean -> put(booleanKey(key), value)
        value is List<*> && value.firstOrNull() is Long ->
            put(longArrayKey(key), value as List<Long>)
        value is List<*> -> put(stringArrayKey(key), value as List<String>)
        else -> error("no attribute type for $value")
    }
}

private infix fun Map<String, Any>.shownAs(kind: OpenInferenceSpanKind?) = Row(this, kind)

private val NAMED =
    OpenInferenceSpanKind.entries.map { mapOf(KIND to it.name) shownAs it } +
        OpenInferenceSpanKind.entries.map { mapOf(KIND to it.name.lowercase()) shownAs it } +
        listOf(
            mapOf(KIND to "rEtriEver") shownAs RETRIEVER,
            mapOf(KIND to "CHAIN", OPERATION to "chat") shownAs CHAIN,
            mapOf(KIND to "chain", "gen_ai.request.model" to "m") shownAs CHAIN,
            mapOf(KIND to "UNKNOWN", OPERATION to "chat") shownAs null,
            mapOf(KIND to "", OPERATION to "chat") shownAs null,
            mapOf(KIND to "WORKFLOW", OPERATION to "chat") shownAs null,
            mapOf(KIND to " LLM", OPERATION to "chat") shownAs null,
            mapOf(KIND to "LLM ", OPERATION to "chat") shownAs null,
            mapOf(KIND to "chaın", OPERATION to "chat") shownAs null, // a dotless i
            mapOf(KIND to "ＬＬＭ", OPERATION to "chat") shownAs null,
            mapOf(KIND to 7L, OPERATION to "chat") shownAs null,
            mapOf(KIND to 0L, OPERATION to "chat") shownAs null,
            mapOf(KIND to true, OPERATION to "chat") shownAs null,
            mapOf(KIND to 1.5, OPERATION to "chat") shownAs null,
            mapOf(KIND to listOf("LLM"), OPERATION to "chat") shownAs null,
        )

private val BY_OPERATION =
    mapOf(
            "chat" to LLM,
            "text_completion" to LLM,
            "generate_content" to LLM,
            "embeddings" to EMBEDDING,
            "execute_tool" to TOOL,
            "retrieval" to RETRIEVER,
            "invoke_agent" to AGENT,
            "create_agent" to AGENT,
            "embedding" to null,
            "framework" to null,
            "plan" to null,
            "Chat" to null,
            "CHAT" to null,
            " chat" to null,
            "chat " to null,
            " " to null,
            "invoke_workflow" to null,
        )
        .map { (operation, kind) ->
            mapOf(OPERATION to operation, "gen_ai.request.model" to "m") shownAs kind
        } +
        listOf(
            mapOf(OPERATION to listOf("chat"), "gen_ai.request.model" to "m") shownAs null,
            mapOf(OPERATION to 7L, "gen_ai.request.model" to "m") shownAs null,
            mapOf(OPERATION to false, "gen_ai.request.model" to "m") shownAs null,
            mapOf(OPERATION to "chat", "gen_ai.tool.name" to "t") shownAs LLM,
        )

private val BY_CONTENT =
    listOf(
            "gen_ai.tool.call.id" to TOOL,
            "gen_ai.tool.name" to TOOL,
            "gen_ai.retrieval.documents" to RETRIEVER,
            "gen_ai.retrieval.query.text" to RETRIEVER,
            "gen_ai.input.messages" to LLM,
            "gen_ai.output.messages" to LLM,
            "gen_ai.request.model" to LLM,
        )
        .flatMap { (key, kind) ->
            val something = listOf("x", " ", "[]", 1L, -0.5, Double.NaN, true, listOf("", ""))
            val nothing = listOf("", 0L, -0.0, false, emptyList<String>())
            something.map { mapOf(key to it) shownAs kind } +
                nothing.map { mapOf(key to it) shownAs null }
        } +
        listOf("x", 0L, 384L, false, emptyList<String>()).map {
            mapOf("gen_ai.embeddings.dimension.count" to it) shownAs EMBEDDING
        } +
        listOf(
            // In the order of the rule: tool, retrieval, embeddings, messages.
            mapOf("gen_ai.tool.name" to "t", "gen_ai.retrieval.documents" to "[]") shownAs TOOL,
            mapOf(
                "gen_ai.retrieval.query.text" to "q",
                "gen_ai.embeddings.dimension.count" to 3L,
            ) shownAs RETRIEVER,
            mapOf("gen_ai.embeddings.dimension.count" to 3L, "gen_ai.request.model" to "m") shownAs
                EMBEDDING,
            mapOf("gen_ai.tool.name" to "", "gen_ai.request.model" to "m") shownAs LLM,
            mapOf("gen_ai.usage.input_tokens" to 3L) shownAs null,
            mapOf("gen_ai.response.model" to "m") shownAs null,
            mapOf("gen_ai.system" to "openai") shownAs null,
            mapOf("llm.model_name" to "m", "input.value" to "q") shownAs null,
            emptyMap<String, Any>() shownAs null,
        )

/** Older exporters of OpenTelemetry send an empty text as no value: 1.57 does, 1.67 does not. */
private val BY_EMPTY_TEXT =
    listOf(
        mapOf(OPERATION to "", "gen_ai.request.model" to "m") shownAs null,
        mapOf("gen_ai.embeddings.dimension.count" to "") shownAs EMBEDDING,
    )

private val ROWS = NAMED + BY_OPERATION + BY_CONTENT

class SpanKindSpec :
    FunSpec({
        test("a captured span has the kind of the rule, also if it is set after the start") {
            Sdk().use { sdk ->
                for (row in ROWS + BY_EMPTY_TEXT) {
                    val captured = captureSpans { capture ->
                        sdk.tracer
                            .spanBuilder(row.name)
                            .startSpan()
                            .setAllAttributes(row.attributes())
                            .end()
                        capture.spans().single()
                    }
                    withClue(row.name) { captured.kind() shouldBe row.kind }
                }
            }
        }
    })

/** The rule is the server's: each row is sent, and the kind that Phoenix gave it is read back. */
class RealSpanKindSpec :
    FunSpec({
        extension(SkipWithoutServer(RealPhoenix.SQLITE))

        test("Phoenix shows the kinds that we tell") {
            val settings = phoenixSettings {
                environment = PhoenixEnvironment.empty()
                endpoint = RealPhoenix.SQLITE.endpoint()
                project = "kinds-${UUID.randomUUID()}"
            }
            PhoenixTracing.builder().settings(settings).build().use { tracing ->
                ROWS.forEachIndexed { number, row ->
                    val span = tracing.tracer("kinds").spanBuilder("$number").startSpan()
                    span.setAllAttributes(row.attributes()).end()
                }
                tracing.flush(Duration.ofSeconds(60)) shouldBe true
            }
            PhoenixClient(settings).use { client ->
                // Not getSpans: it has the attribute as it was sent, and fails where that is no
                // text.
                val query = SpanQuery().select("name", "span_kind")
                var shown = emptyMap<Int, Any?>()
                eventually(60.seconds) {
                    val spans = client.spans.querySpans(query).toList()
                    shown = spans.associate { "${it["name"]}".toInt() to it["span_kind"] }
                    shown.size shouldBe ROWS.size
                }
                val differing =
                    ROWS.withIndex().mapNotNull { (number, row) ->
                        val ours = OpenInferenceSpanKind.of(row.attributes())?.name ?: "UNKNOWN"
                        val phoenixs = shown[number]
                        "${row.name}: $ours, but $phoenixs in Phoenix".takeIf { ours != phoenixs }
                    }
                differing shouldBe emptyList()
            }
        }
    })
