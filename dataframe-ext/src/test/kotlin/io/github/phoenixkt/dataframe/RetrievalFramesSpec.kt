package io.github.phoenixkt.dataframe

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.remove

private val START = Instant.parse("2026-01-05T10:00:00Z")

private fun documents(vararg texts: String?) = texts.map { mapOf("document.content" to it) }

private val spans =
    frameOf(
        "span_id" to listOf("root", "late", "early", "other", "tool", "lone", "lone root"),
        "trace_id" to listOf("t", "t", "t", "u", "t", "v", "v"),
        "parent_id" to listOf(null, "root", "root", "x", "root", "y", ""),
        "span_kind" to
            listOf("CHAIN", "RETRIEVER", "retriever", "RETRIEVER", "TOOL", "RETRIEVER", "CHAIN"),
        "start_time" to listOf(0L, 20, 10, 0, 0, 0, 0).map(START::plusSeconds),
        "attributes.input.value" to listOf("Who?", "b", null, null, null, null, "Where?"),
        "attributes.output.value" to listOf("Me.", null, null, null, null, null, null),
        "attributes.retrieval.documents" to
            listOf(
                null,
                documents("3", null, "4"),
                documents("1", "2"),
                documents("other"),
                documents("of no retriever"),
                emptyList<Any>(),
                null,
            ),
        "attributes.metadata" to List(7) { "{\"a\": $it}" },
    )

class RetrievalFramesSpec :
    FunSpec({
        test("only what retrievers have found, one row for each document") {
            val found = spans.retrievedDocuments()
            found["context.span_id"].toList() shouldBe
                listOf("late", "late", "late", "early", "early", "other")
            found["document_position"].toList() shouldBe listOf(0, 1, 2, 0, 1, 0)
            found["document"].toList() shouldBe listOf("3", null, "4", "1", "2", "other")
            found["input"].toList() shouldBe listOf("b", "b", "b", null, null, null)
        }

        test("a context has the texts in the order of time, and may be empty") {
            val answers = spans.inputOutputContext()
            answers["context.span_id"].toList() shouldBe listOf("root", "lone root")
            answers["context"].toList() shouldBe listOf("1\n\n2\n\n3\n\n4", "")
            answers["input"].toList() shouldBe listOf("Who?", "Where?")
            answers["output"].toList() shouldBe listOf("Me.", null)
            answers["metadata"].toList() shouldBe listOf(mapOf("a" to 0L), mapOf("a" to 6L))
        }

        test("what is missing is named") {
            fun messageOf(frame: AnyFrame, read: AnyFrame.() -> AnyFrame) =
                shouldThrow<IllegalArgumentException> { frame.read() }.message.orEmpty()
            messageOf(frameOf(), AnyFrame::retrievedDocuments) shouldContain
                "no column context.span_id or span_id. Its columns are none."
            messageOf(spans.remove("span_kind"), AnyFrame::retrievedDocuments) shouldContain
                "no column span_kind"
            messageOf(
                spans.remove("attributes.retrieval.documents"),
                AnyFrame::retrievedDocuments,
            ) shouldContain "no column attributes.retrieval.documents"
            messageOf(spans.remove("parent_id"), AnyFrame::inputOutputContext) shouldContain
                "no column parent_id"
            messageOf(spans.remove("start_time"), AnyFrame::inputOutputContext) shouldContain
                "no column start_time"
        }
    })
