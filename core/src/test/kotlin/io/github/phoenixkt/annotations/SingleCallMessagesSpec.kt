package io.github.phoenixkt.annotations

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.configs.CategoricalAnnotationConfig
import io.github.phoenixkt.queue.NoteData
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.flow.flowOf

private const val ID = "67f6740bbe1ddc3f"
private const val WHAT_IS_WRONG = "\n  $ID: "

private val SPAN = SpanAnnotationData(ID, "tone")

/** Each gives one annotation without a result. */
private val ANNOTATIONS: Map<String, suspend PhoenixClient.(Boolean) -> Any?> =
    mapOf(
        "addSpanAnnotation" to { spans.addSpanAnnotation(ID, "tone", sync = it) },
        "addSpanAnnotation of data" to { spans.addSpanAnnotation(SPAN, sync = it) },
        "addDocumentAnnotation" to { spans.addDocumentAnnotation(ID, 0, "tone", sync = it) },
        "addTraceAnnotation" to { traces.addTraceAnnotation(ID, "tone", sync = it) },
        "addSessionAnnotation" to { sessions.addSessionAnnotation(ID, "tone", sync = it) },
        "annotations.addSpanAnnotation" to { annotations.addSpanAnnotation(SPAN, sync = it) },
        "a list of one" to { spans.logSpanAnnotations(listOf(SPAN), sync = it) },
        "an upload of one" to { annotations.upload(listOf(SPAN)) },
        "offer" to { annotationQueue().offer(SPAN) },
        "send" to { annotationQueue().send(SPAN) },
    )

private val NOTES: Map<String, suspend PhoenixClient.() -> Any?> =
    mapOf(
        "addSpanNote" to { spans.addSpanNote(ID, " ") },
        "addTraceNote" to { traces.addTraceNote(ID, " ") },
        "addSessionNote" to { sessions.addSessionNote(ID, " ") },
        "offer" to { annotationQueue().offer(NoteData.ofSpan(ID, " ")) },
        "send" to { annotationQueue().send(NoteData.ofSession(ID, " ")) },
    )

/** What a caller who gave one annotation reads: which one, and no number of a row. */
class SingleCallMessagesSpec :
    FunSpec({
        suspend fun message(call: suspend PhoenixClient.() -> Any?): String =
            shouldThrow<InvalidAnnotationsException> { MockPhoenix().client().use { it.call() } }
                .message!!

        ANNOTATIONS.forEach { (name, call) ->
            for (sync in listOf(false, true)) {
                test("the error of $name names no row, sync = $sync") {
                    val message = message { call(sync) }
                    message shouldStartWith "The annotation cannot be sent.$WHAT_IS_WRONG"
                    message shouldNotContain "row"
                }
            }
        }

        NOTES.forEach { (name, call) ->
            test("the error of a note names no row: $name") {
                val message = message(call)
                message shouldStartWith "The note cannot be sent.${WHAT_IS_WRONG}note is blank"
                message shouldNotContain "row"
            }
        }

        test("without an id, the error begins with the field") {
            message { spans.addSpanAnnotation(" ", "tone", label = "calm") } shouldStartWith
                "The annotation cannot be sent.\n  span_id is blank"
        }

        test("what does not fit a config names no row") {
            val config = CategoricalAnnotationConfig.builder("tone").value("calm", 1.0).build()
            val data = SpanAnnotationData(ID, "tone", label = "loud")
            config.check(data).problems.single().toString() shouldStartWith "$ID: label"
        }

        test("of several, and of a stream, the error names the rows") {
            val good = SpanAnnotationData(ID, "tone", label = "calm")
            message { spans.logSpanAnnotations(listOf(good, SPAN)) } shouldContain
                "\n  row 1 ($ID): "
            message { annotations.upload(listOf(good, SPAN)) } shouldContain "\n  row 1 ($ID): "
            shouldThrow<InvalidAnnotationsException> {
                    throw MockPhoenix().client().annotations.uploadStream(flowOf(SPAN)).stoppedBy!!
                }
                .message!! shouldContain "\n  row 0 ($ID): "
        }
    })
