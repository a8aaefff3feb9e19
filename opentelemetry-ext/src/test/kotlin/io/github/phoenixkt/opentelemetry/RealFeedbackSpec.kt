package io.github.phoenixkt.opentelemetry

import io.github.phoenixkt.PhoenixException.UploadException
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InsertedAnnotation
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.CHAIN
import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind.LLM
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.concurrency.TestExecutionMode
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.opentelemetry.extension.kotlin.asContextElement
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext

private const val NAME = "feedback"
private val DELAY = Duration.ofSeconds(5)
private val LONG_DELAY = Duration.ofSeconds(10)
private val JUDGEMENT: Judgement = {
    annotatorKind(AnnotatorKind.CODE)
        .label("thumbs-up")
        .score(0.75)
        .explanation("Well said.")
        .metadata(mapOf("page" to 7))
        .identifier("reviewer-1")
}

private fun StoredAnnotation.shouldBeAsGiven() {
    annotatorKindText shouldBe "CODE"
    listOf(label, score, explanation) shouldBe listOf("thumbs-up", 0.75, "Well said.")
    metadata shouldBe mapOf("page" to 7L)
    identifier shouldBe "reviewer-1"
}

/** Which spans feedback was given on, and what came back. */
private class Given(val spanIds: List<String>, val inserted: List<InsertedAnnotation>?)

private typealias Way = suspend TracedProgram.(form: FeedbackForm, sync: Boolean) -> Given

private val current: Way = { form, sync ->
    val chain = start("chain", CHAIN)
    if (sync) chain.end()
    val inserted = withContext(chain.asContextElement()) { form.current(NAME, sync, JUDGEMENT) }
    if (!sync) chain.end()
    Given(listOf(chain.spanContext.spanId), inserted?.let(::listOf))
}

private val last: Way = { form, sync ->
    val answer = answer()
    val inserted = form.last(answer.capture, NAME, sync, JUDGEMENT)
    Given(listOf(answer.models.last()), inserted?.let(::listOf))
}

private val all: Way = { form, sync ->
    val answer = answer()
    val inserted = form.all(answer.capture, NAME, sync, JUDGEMENT)
    Given(listOf(answer.chain) + answer.models, inserted)
}

private val where: Way = { form, sync ->
    val answer = answer()
    val inserted = form.where(answer.capture, { it.kind() == LLM }, NAME, sync, JUDGEMENT)
    Given(answer.models, inserted)
}

private val WAYS = mapOf("current" to current, "last" to last, "all" to all, "where" to where)

/** Feedback is given before its spans have been exported, and arrives all the same. */
class RealFeedbackSpec :
    FunSpec({
        testExecutionMode = TestExecutionMode.Concurrent
        extension(SkipWithoutServer(RealPhoenix.SQLITE))

        suspend fun arrives(delay: Duration, form: String, way: Way, sync: Boolean) =
            TracedProgram(delay).use { program ->
                val feedback =
                    FEEDBACK_FORMS.getValue(form)(
                        program.client,
                        SpanFeedback.DEFAULT_AWAIT_TARGET,
                    )
                val given = program.way(feedback, sync)
                program.given()
                val stored = program.stored(NAME, given.spanIds)
                stored.values.forEach { it.shouldBeAsGiven() }
                given.inserted?.map { it.id } shouldBe
                    if (sync) given.spanIds.map { stored.getValue(it).id } else null
            }

        for (sync in listOf(false, true)) {
            for (form in FEEDBACK_FORMS.keys) {
                for ((name, way) in WAYS) {
                    test("$form: $name, sync = $sync") { arrives(DELAY, form, way, sync) }
                }
            }
            test("the exporter keeps spans for 10 seconds, sync = $sync") {
                arrives(LONG_DELAY, "Kotlin", all, sync)
            }
        }

        for ((form, make) in FEEDBACK_FORMS) {
            test("$form: a span that is never exported ends the wait, and is named") {
                TracedProgram(DELAY).use { program ->
                    val span = Sdk().use { elsewhere -> elsewhere.span("lost") }
                    val feedback = make(program.client, Duration.ofSeconds(1))
                    val thrown =
                        withContext(span.asContextElement()) {
                            shouldThrow<UploadException> {
                                feedback.current(NAME, sync = true, JUDGEMENT)
                            }
                        }
                    thrown.message shouldContain "${span.spanContext.spanId}): MissingTarget"
                }
            }
        }

        test("who is cancelled does not wait for the span") {
            TracedProgram(DELAY).use { program ->
                val capture = program.answer().capture
                coroutineScope {
                    val feedback = launch {
                        capture.annotateLast(
                            program.client,
                            NAME,
                            sync = true,
                            awaitTarget = Duration.ofMinutes(10),
                            annotation = JUDGEMENT,
                        )
                    }
                    runInterruptible(Dispatchers.IO) { program.refused.await() }
                    feedback.cancelAndJoin()
                }
            }
        }
    })
