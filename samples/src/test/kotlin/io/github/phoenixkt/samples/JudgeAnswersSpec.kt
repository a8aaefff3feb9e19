package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.dataframe.EvaluationOptions
import io.github.phoenixkt.dataframe.evaluationOptions
import io.github.phoenixkt.dataframe.getSpansDataframe
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.samples.LlmJudge.JudgeException
import io.github.phoenixkt.samples.LlmJudge.Verdict
import io.github.phoenixkt.spans.SpanData
import io.github.phoenixkt.spans.spanData
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.support.HeldPort
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.funSpec
import io.kotest.core.spec.style.scopes.FunSpecRootScope
import io.kotest.core.test.Enabled
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.net.URI
import java.time.Duration
import java.time.Instant
import java.util.UUID
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlinx.coroutines.withContext
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.rows

private const val LONG = "It is a unit of work with a start and an end."
private const val SHORT = "No idea."

/** Answers in a project of their own, with one that is no answer at all. */
private class Answers(private val client: PhoenixClient) {
    val project = "judge-${UUID.randomUUID()}"
    val filter = spanFilter { spanKinds = listOf("LLM") }
    private val answers = listOf(LONG, SHORT, LONG, SHORT, null)
    private val spans = answers.map(::span)
    val judged = spans.take(4).map { it.spanId }
    val unanswered = spans.last().spanId

    private fun span(answer: String?): SpanData {
        val now = Instant.now()
        val hex = UUID.randomUUID().toString().replace("-", "")
        val attributes = mapOf("input.value" to "What is a span?", "output.value" to answer)
        return spanData("answer", hex.take(16), hex, now, now) {
            spanKind = "LLM"
            this.attributes = attributes
        }
    }

    suspend fun record(): AnyFrame {
        client.projects.ensure(project)
        client.spans.logSpans(spans, project)
        eventually(60.seconds) {
            client.spans.getSpans(filter, project).toList().size shouldBe spans.size
        }
        return client.spans.getSpansDataframe(filter, project)
    }

    suspend fun stored(name: String) =
        client.spans.getSpanAnnotations(judged + unanswered, project = project).toList().filter {
            it.name == name
        }
}

private fun patient(
    attempts: Int = 4,
    total: Duration = Duration.ofMinutes(2),
): EvaluationOptions = evaluationOptions {
    retryIf = { it is JudgeException && it.mayPass() }
    retry {
        maxAttempts = attempts
        initialDelay = Duration.ofMillis(10)
        totalTimeout = total
    }
}

private fun AnyFrame.of(spanId: String) = rows().single { it["context.span_id"] == spanId }

/** What a judge does to a Phoenix, in memory or real. */
@OptIn(ExperimentalCoroutinesApi::class)
private class Judging(val missing: String?, val endpoint: () -> String) {
    val cases = funSpec {
        verdicts()
        failures()
        pauses()
        javaTwin()
    }

    private fun FunSpecRootScope.case(
        name: String,
        test: suspend (PhoenixClient, StubModel) -> Unit,
    ) =
        test(name).config(
            enabledOrReasonIf = {
                if (missing != null) Enabled.disabled(missing) else Enabled.enabled
            }
        ) {
            val client = PhoenixClient {
                environment = PhoenixEnvironment.empty()
                this.endpoint = this@Judging.endpoint()
            }
            client.use { StubModel.start().use { stub -> test(client, stub) } }
        }

    private fun FunSpecRootScope.verdicts() {
        case("verdicts are stored, and what was not answered is not judged") { client, stub ->
            val answers = Answers(client)
            val verdicts = judge(answers.record(), LlmJudge(stub.settings()), patient())
            val report = logVerdicts(client, verdicts, answers.project)

            report.report?.counts() shouldBe mapOf("Stored" to 4, "Skipped" to 1)
            stub.asked() shouldBe 4
            val stored = answers.stored("correctness")
            stored.map { it.targetId } shouldContainExactlyInAnyOrder answers.judged
            for (one in stored) one.annotatorKindText shouldBe "LLM"
            stored.map { Triple(it.label, it.score, it.explanation) } shouldContainExactlyInAnyOrder
                List(2) { Triple("correct", 0.9, "It has 12 words.") } +
                    List(2) { Triple("incorrect", 0.2, "It has 2 words.") }
        }
    }

    private fun FunSpecRootScope.failures() {
        case("who is busy or talks nonsense is asked again; who stays so costs only its row") {
            client,
            stub ->
            val answers = Answers(client)
            val spans = answers.record()
            stub.answerNext(
                StubModel.busy(Duration.ZERO),
                StubModel.status(503),
                StubModel.says("Let me think."),
                StubModel.body("<html>"),
            )
            val second = judge(spans, LlmJudge(stub.settings()), patient(attempts = 2))
            // Each of four rows met one bad answer, or one met two and gave up.
            second.rows().sumOf { it["attempts"] as Int } shouldBe stub.asked() + 1
            stub.asked() shouldBe 8 - second.rows().count { it["error"] != null }

            stub.answerNext(*Array(8) { StubModel.status(500) })
            val failed = judge(spans, LlmJudge(stub.settings()), patient(attempts = 2))
            for (id in answers.judged) {
                failed.of(id)["error"].toString() shouldContain "answered 500"
                failed.of(id)["label"] shouldBe null
            }
            val report = logVerdicts(client, failed, answers.project)
            report.report?.counts() shouldBe mapOf("Skipped" to 5)
            answers.stored("correctness").size shouldBe 0
        }
    }

    private fun FunSpecRootScope.pauses() {
        case("an endpoint that asks for a pause is not asked meanwhile") { client, stub ->
            val answers = Answers(client)
            val spans = answers.record()
            val time = TestCoroutineScheduler()
            val askedAgainAt = ConcurrentLinkedQueue<Long>()
            val busy = StubModel.busy(Duration.ofMinutes(1))
            stub.answerNext(*Array(4) { busy })
            stub.answerNext(
                *Array(4) {
                    StubModel.Reply { exchange ->
                        askedAgainAt += time.currentTime
                        StubModel.status(401).to(exchange)
                    }
                }
            )
            val verdicts = coroutineScope {
                val judging =
                    async(StandardTestDispatcher(time)) {
                        judge(
                            spans,
                            LlmJudge(stub.settings()),
                            patient(total = Duration.ofHours(9)),
                        )
                    }
                eventually(120.seconds) {
                    time.runCurrent()
                    stub.asked() shouldBe 4
                }
                // A second in many moments: the answers may still be on their way.
                eventually(120.seconds) {
                    time.advanceTimeBy(1.seconds)
                    time.runCurrent()
                    judging.isCompleted shouldBe true
                }
                judging.await()
            }
            for (id in answers.judged) verdicts.of(id)["attempts"] shouldBe 2
            askedAgainAt.size shouldBe 4
            askedAgainAt.min() shouldBeGreaterThanOrEqual 60_000
        }
    }

    private fun FunSpecRootScope.javaTwin() {
        case("Java's judge stores the same, and keeps the errors") { client, stub ->
            val answers = Answers(client)
            answers.record()
            stub.answerNext(StubModel.busy(Duration.ofSeconds(1)), StubModel.status(401))
            val phoenix = PhoenixBlockingClient.of(client)
            val judged =
                withContext(Dispatchers.IO) {
                    val spans = phoenix.spans().getSpans(answers.filter, answers.project).toList()
                    val all = spans.filter { it.spanId != answers.unanswered }
                    JavaJudgeAnswers.judge(all, LlmJudge(stub.settings())).also {
                        JavaJudgeAnswers.upload(phoenix, it, answers.project).complete shouldBe true
                    }
                }
            judged.map { it.spanId } shouldContainExactlyInAnyOrder answers.judged
            judged.mapNotNull { it.error } shouldBe listOf("The model's endpoint answered 401.")
            answers.stored("correctness").map { it.targetId } shouldContainExactlyInAnyOrder
                judged.filter { it.error == null }.map { it.spanId }
        }
    }
}

class JudgeAnswersSpec :
    FunSpec({
        lateinit var fake: FakePhoenix
        beforeSpec { fake = FakePhoenix.start() }
        afterSpec { fake.close() }
        include(Judging(missing = null) { fake.endpoint().toString() }.cases)
    })

/** The same on a real Phoenix. */
class RealJudgeAnswersSpec :
    FunSpec({
        include(Judging(RealPhoenix.SQLITE.missing()) { RealPhoenix.SQLITE.endpoint() }.cases)
    })

/** One request to a model, and the reading of its answer. */
class LlmJudgeSpec :
    FunSpec({
        suspend fun failure(
            timeout: Duration = Duration.ofSeconds(60),
            reply: StubModel.() -> StubModel.Reply,
        ): JudgeException =
            StubModel.start().use { stub ->
                stub.answerNext(stub.reply())
                val judge = LlmJudge(stub.settings(timeout))
                shouldThrow<JudgeException> { judge.judge("Why?", LONG).await() }
            }

        test("what may pass is told from what does not, with the time to wait") {
            val busy = failure { StubModel.busy(Duration.ofSeconds(7)) }
            busy.message shouldContain "429"
            busy.mayPass() shouldBe true
            busy.retryAfter() shouldBe Duration.ofSeconds(7)
            failure { StubModel.busy(Duration.ofDays(9)) }.retryAfter() shouldBe
                Duration.ofMinutes(1)
            failure { StubModel.status(503) }.mayPass() shouldBe true
            failure { StubModel.status(401) }.mayPass() shouldBe false
        }

        test("an answer that does not come in time is a failure that may pass") {
            val late = failure(Duration.ofMillis(50)) { silence() }
            late.message shouldContain "did not answer within PT0.05S"
            late.mayPass() shouldBe true
        }

        test("an endpoint that is not there is named") {
            HeldPort.open().use { nobody ->
                val url = URI(nobody.endpoint() + "/v1/")
                val settings = LlmJudge.Settings(url, null, "any", Duration.ofSeconds(60))
                val gone =
                    shouldThrow<JudgeException> { LlmJudge(settings).judge("Why?", LONG).await() }
                gone.message shouldContain "$url cannot be reached"
                gone.mayPass() shouldBe true
            }
        }

        test("a body that is no completion is shown, but not all of it") {
            failure { StubModel.body("<html>") }.message shouldContain "is no JSON: <html>"
            failure { StubModel.body("{}") }.message shouldContain "has no text"
            val long = failure { StubModel.says("x".repeat(5_000)) }
            (long.message!!.length < 200) shouldBe true
            long.mayPass() shouldBe true
        }

        test("a request ends when it is cancelled, and when its time is over") {
            StubModel.start().use { stub ->
                stub.answerNext(stub.endless())
                val asking = launch { LlmJudge(stub.settings()).judge("Why?", LONG).await() }
                eventually(120.seconds) { stub.asked() shouldBe 1 }
                asking.cancel()
                eventually(120.seconds) { stub.abandoned() shouldBe 1 }
            }
            StubModel.start().use { stub ->
                // A slow machine may need longer than the first limit to ask at all.
                var limit = Duration.ofMillis(200)
                while (stub.asked() == 0 && limit < Duration.ofMinutes(1)) {
                    stub.answerNext(stub.endless())
                    val hasty = LlmJudge(stub.settings(limit))
                    shouldThrow<JudgeException> { hasty.judge("Why?", LONG).await() }
                    limit = limit.multipliedBy(2)
                }
                stub.asked() shouldBeGreaterThan 0
                eventually(120.seconds) { stub.abandoned() shouldBe stub.asked() }
            }
        }

        test("verdicts are read in the ways that models write them") {
            val verdict = Verdict("correct", 0.9, "Yes.")
            val json = """{"label": "correct", "score": 0.9, "explanation": "Yes."}"""
            LlmJudge.verdict(json) shouldBe verdict
            LlmJudge.verdict("```json\n$json\n```") shouldBe verdict
            LlmJudge.verdict("Here you are: $json Anything else?") shouldBe verdict
            LlmJudge.verdict(
                """{"label": " Correct ", "score": "0.9", "explanation": "Yes."}"""
            ) shouldBe verdict
            LlmJudge.verdict("""{"label": "incorrect", "score": null}""") shouldBe
                Verdict("incorrect", null, null)
        }

        test("what is no verdict is refused, with what is wrong") {
            val refused =
                mapOf(
                    "" to "is no JSON object",
                    "correct" to "is no JSON object",
                    "} {" to "is no JSON object",
                    "{label: correct}" to "is no JSON",
                    """{"score": 1}""" to "has no label",
                    """{"label": "fine"}""" to "has no label",
                    """{"label": "correct", "score": 7}""" to "from 0 to 1",
                    """{"label": "correct", "score": "high"}""" to "from 0 to 1",
                    """{"label": "correct", "score": [1]}""" to "from 0 to 1",
                )
            for ((content, problem) in refused) {
                shouldThrow<JudgeException> { LlmJudge.verdict(content) }.message shouldContain
                    problem
            }
        }

        test("the model is that of the environment") {
            LlmJudge.Settings.of(emptyMap()).isEmpty shouldBe true
            LlmJudge.Settings.of(mapOf("OPENAI_MODEL" to "m")).isEmpty shouldBe true
            val local =
                LlmJudge.Settings.of(
                        mapOf(
                            "OPENAI_BASE_URL" to "http://127.0.0.1:11434/v1",
                            "OPENAI_MODEL" to "m",
                        )
                    )
                    .get()
            local.baseUrl() shouldBe URI("http://127.0.0.1:11434/v1")
            local.apiKey() shouldBe null
            val cloud =
                LlmJudge.Settings.of(mapOf("OPENAI_API_KEY" to "secret", "OPENAI_MODEL" to "m"))
                    .get()
            cloud.baseUrl().host shouldBe "api.openai.com"
            cloud.apiKey() shouldBe "secret"
            "$cloud" shouldNotContain "secret"
            shouldThrow<IllegalArgumentException> {
                    LlmJudge.Settings.of(mapOf("OPENAI_API_KEY" to "secret"))
                }
                .message shouldContain "OPENAI_MODEL"
        }
    })
