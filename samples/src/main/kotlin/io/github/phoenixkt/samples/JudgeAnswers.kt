package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.dataframe.Evaluation
import io.github.phoenixkt.dataframe.EvaluationOptions
import io.github.phoenixkt.dataframe.EvaluationsReport
import io.github.phoenixkt.dataframe.SpanEvaluations
import io.github.phoenixkt.dataframe.evaluate
import io.github.phoenixkt.dataframe.evaluationOptions
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.dataframe.logEvaluations
import io.github.phoenixkt.samples.LlmJudge.JudgeException
import io.github.phoenixkt.spans.spanFilter
import java.time.Duration
import kotlin.system.exitProcess
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.time.delay
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.rows

/**
 * Has a language model judge the answers that Phoenix has recorded, and logs its verdicts as
 * evaluations.
 *
 * ```
 * mvn -q -pl samples -am compile exec:java -Dexec.mainClass=io.github.phoenixkt.samples.JudgeAnswersKt
 * ```
 *
 * The model is that of `OPENAI_BASE_URL`, `OPENAI_API_KEY` and `OPENAI_MODEL`: any endpoint that
 * speaks the chat completions protocol. Where none is named, a stub that counts words judges, and
 * is busy and talks nonsense at first. `-Dexec.args=PROJECT` has the last hundred LLM spans of a
 * project of yours judged; without it, a conversation is recorded first.
 */
fun main(arguments: Array<String>) {
    try {
        withModel { judgeAnswers(it, arguments.firstOrNull()) }
    } catch (e: PhoenixException) {
        fail(e)
    } catch (e: IllegalArgumentException) {
        fail(e)
    } catch (e: SpansNotStoredException) {
        fail(e)
    }
    // As in the quick start: Maven unloads our classes when main returns.
    exitProcess(0)
}

private const val JUDGED_PROJECT = "phoenix-kt-judge"
private const val MOST_SPANS = 100

private fun withModel(block: (LlmJudge.Settings) -> Unit) {
    val named = LlmJudge.Settings.of(System.getenv())
    if (named.isPresent) return block(named.get())
    println("Neither OPENAI_BASE_URL nor OPENAI_API_KEY is set: a stub judges.")
    StubModel.start().use { stub ->
        stub.answerNext(StubModel.busy(Duration.ofSeconds(1)), StubModel.says("Hm."))
        block(stub.settings())
    }
}

private fun judgeAnswers(model: LlmJudge.Settings, project: String?) {
    println("$model judges.")
    SamplePhoenix.start().use { server ->
        runBlocking {
            PhoenixClient(server.settings()).use { client ->
                val spans =
                    if (project == null) recordedAnswers(client)
                    else client.spans.getSpansDataframe(LLM_SPANS, project, limit = MOST_SPANS)
                val verdicts = judge(spans, LlmJudge(model))
                println(logVerdicts(client, verdicts, project ?: JUDGED_PROJECT))
            }
        }
    }
}

private val LLM_SPANS = spanFilter { spanKinds = listOf("LLM") }

private suspend fun recordedAnswers(client: PhoenixClient): AnyFrame {
    val turns = recordConversation(client, JUDGED_PROJECT).turns
    val ofConversation = spanFilter {
        traceIds = turns.map { it.traceId }
        spanKinds = listOf("LLM")
    }
    return client.spans.getSpansDataframe(ofConversation, JUDGED_PROJECT)
}

/**
 * Judges four answers at a time. What may pass is tried again, after the time that the endpoint
 * asks for; what does not is the `error` of its row.
 */
suspend fun judge(
    spans: AnyFrame,
    judge: LlmJudge,
    options: EvaluationOptions = evaluationOptions {
        retryIf = { it is JudgeException && it.mayPass() }
    },
): AnyFrame =
    spans.evaluate("correctness", parallelism = 4, options) { row ->
        val question = row["attributes.input.value"] as String?
        val answer = row["attributes.output.value"] as String?
        if (question == null || answer == null) return@evaluate null // nothing to judge
        try {
            val verdict = judge.judge(question, answer).await()
            Evaluation(verdict.label, verdict.score, verdict.explanation)
        } catch (e: JudgeException) {
            delay(e.retryAfter())
            throw e
        }
    }

/** Logs the verdicts; rows without one are left out, and printed with their error. */
suspend fun logVerdicts(
    client: PhoenixClient,
    verdicts: AnyFrame,
    project: String,
): EvaluationsReport {
    for (row in verdicts.rows()) {
        val found = row["error"] ?: "${row["label"]} (${row["score"]}): ${row["explanation"]}"
        println("  ${row["context.span_id"]} after ${row["attempts"]} attempts: $found")
    }
    return client
        .logEvaluations(SpanEvaluations("correctness", verdicts), projectName = project)
        .single()
}

private fun fail(cause: Exception): Nothing {
    System.err.println("The answers could not be judged. ${cause.message}")
    exitProcess(1)
}
