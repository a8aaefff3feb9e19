package io.github.phoenixkt.dataframe

import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.io.readCSV
import org.jetbrains.kotlinx.dataframe.io.readJson
import org.jetbrains.kotlinx.dataframe.io.writeCSV
import org.jetbrains.kotlinx.dataframe.io.writeJson

private const val DOCUMENTS = "attributes.retrieval.documents"

private const val TWO_DOCUMENTS =
    """[{"document.content": "one", "document.score": 0.5, "document.metadata": {"page": 1}}, {}, {"document.content": "three"}]"""

private fun retrievers(vararg documents: Any?): AnyFrame {
    val count = documents.size
    return frameOf(
        "context.span_id" to List(count) { "s$it" },
        "context.trace_id" to List(count) { "t" },
        "span_kind" to List(count) { "RETRIEVER" },
        "start_time" to List(count) { Instant.parse("2026-01-05T10:00:00Z").plusSeconds(it + 0L) },
        "parent_id" to List(count) { if (it == 0) null else "s0" },
        DOCUMENTS to documents.toList(),
    )
}

/** As [DataFrame.readJson] reads it, with a nested frame in each row. */
private fun ofJson(vararg documents: String): AnyFrame =
    DataFrame.readJson(
        documents
            .mapIndexed { row, json ->
                val parent = if (row == 0) null else "\"s0\""
                """
                {"context.span_id": "s$row", "context.trace_id": "t", "span_kind": "RETRIEVER",
                 "parent_id": $parent, "start_time": "2026-01-05T10:00:0${row}Z", "$DOCUMENTS": $json}
                """
            }
            .joinToString(prefix = "[", postfix = "]")
            .byteInputStream()
    )

private fun AnyFrame.shouldHaveBothDocuments() {
    val found = retrievedDocuments()
    found["context.span_id"].toList() shouldBe listOf("s0", "s0", "s0", "s1")
    found["document_position"].toList() shouldBe listOf(0, 1, 2, 0)
    found["document"].toList() shouldBe listOf("one", null, "three", "four")
    found["document_score"].toList() shouldBe listOf(0.5, null, null, null)
    found["document_metadata"].toList().map { it?.toString() } shouldBe
        listOf("{page=1}", null, null, null)
    inputOutputContext()["context"].toList() shouldBe listOf("one\n\nthree\n\nfour")
}

private const val FOURTH = """[{"document.content": "four"}]"""

class RetrievalFilesSpec :
    FunSpec({
        test("nested frames of a JSON file") {
            ofJson(TWO_DOCUMENTS, FOURTH, "null").shouldHaveBothDocuments()
        }

        test("JSON texts of a CSV file") {
            val file = tempfile(suffix = ".csv")
            retrievers(TWO_DOCUMENTS, " $FOURTH ", null, "  ").writeCSV(file)
            DataFrame.readCSV(file).shouldHaveBothDocuments()
        }

        test("a frame that was read from Phoenix survives a file") {
            FakePhoenix.start().use { fake ->
                fake.addSpan(
                    FakeSpan.of("s0")
                        .trace("t")
                        .attribute("metadata", """{"session_id": "talk", "tags": ["a, b", "c"]}""")
                )
                fake.addSpan(
                    FakeSpan.of("s1")
                        .trace("t")
                        .parent("s0")
                        .kind("RETRIEVER")
                        .attribute("retrieval.documents.0.document.content", "one \"two\", {three}")
                        .attribute("retrieval.documents.0.document.score", 0.5)
                        .attribute("retrieval.documents.0.document.metadata.page", 1)
                        .attribute("retrieval.documents.2.document.content", "2026-01-05")
                )
                val spans =
                    clientOf(fake.endpoint().toString(), "default").use {
                        it.spans.getSpansDataframe()
                    }
                val json = tempfile(suffix = ".json").also { spans.writeJson(it) }
                val csv = tempfile(suffix = ".csv").also { spans.writeCSV(it) }
                for (read in listOf(spans, DataFrame.readJson(json), DataFrame.readCSV(csv))) {
                    val found = read.retrievedDocuments()
                    found["document"].toList() shouldBe
                        listOf("one \"two\", {three}", null, "2026-01-05")
                    found["document_score"].toList() shouldBe listOf(0.5, null, null)
                    found["document_metadata"].toList().map { it?.toString() } shouldBe
                        listOf("{page=1}", null, null)
                    val context = read.inputOutputContext()
                    context["context"].toList() shouldBe
                        listOf("one \"two\", {three}\n\n2026-01-05")
                    (context["metadata"][0] as Map<*, *>)["tags"] shouldBe listOf("a, b", "c")
                    read.sessionStats()["session_id"].toList() shouldBe listOf("talk", null)
                }
            }
        }

        test("a text as a document") {
            retrievers(listOf("one", null, mapOf("document.content" to "three")))
                .retrievedDocuments()["document"]
                .toList() shouldBe listOf("one", null, "three")
        }

        test("anything else is named with its row") {
            val odd =
                listOf(
                    "[{document.content=one}]",
                    "[{\"document.content\": one}]",
                    "{\"document.content\": \"one\"}",
                    "one",
                    "[1]",
                    7,
                    mapOf("document.content" to "one"),
                    listOf(mapOf("document.content" to "one"), 2),
                    listOf(listOf("one")),
                    listOf("{document.content=one}"),
                )
            for (cell in odd) {
                withClue(cell) {
                    for (read in
                        listOf(AnyFrame::retrievedDocuments, AnyFrame::inputOutputContext)) {
                        shouldThrow<IllegalArgumentException> { retrievers(null, cell).read() }
                            .message
                            .orEmpty() shouldContain "Row 1: $DOCUMENTS is \"$cell\""
                    }
                }
            }
        }
    })
