package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.InvalidAnnotationsException
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.add
import org.jetbrains.kotlinx.dataframe.api.concat
import org.jetbrains.kotlinx.dataframe.api.expr
import org.jetbrains.kotlinx.dataframe.api.groupBy
import org.jetbrains.kotlinx.dataframe.api.named
import org.jetbrains.kotlinx.dataframe.api.rename
import org.jetbrains.kotlinx.dataframe.api.reverse
import org.jetbrains.kotlinx.dataframe.api.sortBy
import org.jetbrains.kotlinx.dataframe.api.update
import org.jetbrains.kotlinx.dataframe.api.with

/** Outcomes stand beside the rows that they are of, or nowhere. */
class OutcomesSpec :
    FunSpec({
        val phoenix = FakePhoenix.start()
        val client = PhoenixClient {
            environment = PhoenixEnvironment(emptyMap())
            endpoint = phoenix.endpoint().toString()
        }
        afterSpec {
            client.close()
            phoenix.close()
        }
        val ids = List(4) { "%016x".format(it + 1) }
        ids.forEach { phoenix.addSpan(FakeSpan.of(it)) }
        val skip = uploadOptions {
            onEmpty = BadRows.SKIP
            onInvalid = BadRows.SKIP
        }

        suspend fun upload(frame: AnyFrame, target: AnnotationTargets<Any?>) =
            client.annotations.upload(
                frame.toAnnotations(target, "quality", AnnotatorKind.LLM),
                skip,
            )

        fun misfit(block: () -> Unit): String =
            shouldThrow<IllegalArgumentException>(block).message.shouldNotBeNull()

        val votes =
            frameOf(
                "span_id" to ids,
                "g" to listOf("a", "b", "a", "b"),
                "label" to listOf("w", null, "y", "z"),
                "identifier" to listOf("1", "2", "3", "4"),
            )
        val spans = AnnotationTargets.spans<Any?>()

        test("not beside the rows of a frame that was sorted since") {
            val report = upload(votes, spans)
            votes.withOutcomes(report)["outcome"].toList() shouldBe
                listOf("Stored", "Skipped", "Stored", "Stored")
            val message = misfit { votes.reverse().withOutcomes(report) }
            message shouldContain "Row 0"
            message shouldContain ids[0]
            message shouldContain ids[3]
        }

        test("of groups: beside the rows of their concat, not of the frame before") {
            val groups = votes.groupBy("g")
            val report =
                client.annotations.upload(
                    groups.toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.LLM),
                    skip,
                )
            misfit { votes.withOutcomes(report) } shouldContain "groupBy.concat()"
            val joined = groups.concat().withOutcomes(report)
            joined["label"].toList().zip(joined["outcome"].toList()) shouldBe
                listOf("w" to "Stored", "y" to "Stored", null to "Skipped", "z" to "Stored")
        }

        test("of groups whose key is the id, in a column or computed") {
            val frame = votes.rename("span_id" to "question")
            val byColumn = frame.groupBy("question")
            val byExpression = frame.groupBy { expr { "question"<String>() } named "span_id" }
            for (groups in listOf(byColumn, byExpression)) {
                val report =
                    client.annotations.upload(
                        groups.toAnnotations(
                            AnnotationTargets.spans(),
                            "quality",
                            AnnotatorKind.LLM,
                        ),
                        skip,
                    )
                groups.concat().withOutcomes(report)["outcome"].toList() shouldBe
                    listOf("Stored", "Skipped", "Stored", "Stored")
                misfit { groups.concat().reverse().withOutcomes(report) } shouldContain "Row 0"
            }
        }

        test("of a map: beside the rows in the order of the map") {
            val map = linkedMapOf(ids[1] to votes[1], ids[0] to votes[0])
            val report =
                client.annotations.upload(
                    map.toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.LLM),
                    skip,
                )
            map.values.concat().withOutcomes(report)["outcome"].toList() shouldBe
                listOf("Skipped", "Stored")
            misfit { votes[0..1].withOutcomes(report) } shouldContain "Row 0"
        }

        test("by the caller's key, and by the position and the name of each row") {
            val mine = frameOf("mine" to ids, "label" to ids, "span_id" to ids.reversed())
            val byKey = AnnotationTargets.spans<Any?> { "mine"<String>() }
            mine.withOutcomes(upload(mine, byKey))["outcome"].toSet() shouldBe setOf("Stored")
            misfit {
                mine.withOutcomes(
                    kotlinx.coroutines
                        .runBlocking { upload(mine, spans) }
                        .also { mine.rename("mine" to "x").withOutcomes(it) }
                )
                mine
                    .sortBy("span_id")
                    .withOutcomes(kotlinx.coroutines.runBlocking { upload(mine, byKey) })
            } shouldContain "span_id"
            val named =
                frameOf(
                    "span_id" to List(2) { ids[0] },
                    "name" to listOf("n1", "n2"),
                    "label" to listOf("x", "x"),
                )
            val report =
                client.annotations.upload(named.toAnnotations(spans, kind = AnnotatorKind.LLM))
            misfit { named.reverse().withOutcomes(report) } shouldContain "name"
        }

        test("rows of one key are told apart by their results") {
            val twice =
                frameOf("span_id" to List(2) { ids[0] }, "label" to listOf("first", "second"))
            val report = upload(twice, spans)
            twice.withOutcomes(report)["outcome"].toList() shouldBe listOf("Superseded", "Stored")
            misfit { twice.reverse().withOutcomes(report) } shouldContain "label"
        }

        test("of a frame that has got columns, or other results, since") {
            val report = upload(votes, spans)
            votes.add("more") { 1 }.withOutcomes(report)["outcome"].toList() shouldHaveSize 4
            votes
                .update("label")
                .with { "changed" }
                .withOutcomes(report)["outcome"]
                .toList() shouldHaveSize 4
        }

        test("of a list: by the column with the ids") {
            val list = ids.map { SpanAnnotationData(it, "quality", label = "x") }
            val report = client.annotations.upload(list)
            votes.withOutcomes(report)["outcome"].toSet() shouldBe setOf("Stored")
            misfit { votes.reverse().withOutcomes(report) } shouldContain "Row 0"
            misfit { frameOf("label" to ids).withOutcomes(report) } shouldContain "span_id"
        }

        test("of evaluations, whose other columns are left aside") {
            val report = client.logEvaluations(SpanEvaluations("quality", votes)).single().report
            votes.withOutcomes(report.shouldNotBeNull())["outcome"].toList() shouldHaveSize 4
        }

        test("a row whose evaluator failed keeps its error in the report") {
            val judged =
                votes.evaluate("tone") { row ->
                    when (row.index()) {
                        0 -> error("the model is away")
                        1 -> null
                        else -> Evaluation("good")
                    }
                }
            val report = client.logEvaluations(SpanEvaluations("tone", judged)).single().report
            val reasons = judged.withOutcomes(report.shouldNotBeNull())["outcome_reason"].toList()
            reasons[0] shouldBe
                "result is empty because the evaluator failed (it is \"IllegalStateException: the model is away\"); " +
                    "fix the evaluator or raise maxAttempts"
            reasons[1] shouldBe "result is empty; give at least one of label, score and explanation"
        }

        test("an upload of evaluations with a failed one says how to leave it out") {
            val judged =
                votes.evaluate("mood") { row ->
                    check(row.index() > 0) { "the model is away" }
                    Evaluation("good")
                }
            val rows = judged.toAnnotations(spans, kind = AnnotatorKind.LLM)
            shouldThrow<InvalidAnnotationsException> { client.annotations.upload(rows) }
                .message shouldContain
                "fix the evaluator or raise maxAttempts, or upload with onEmpty = BadRows.SKIP"
            shouldThrow<InvalidAnnotationsException> {
                    client.spans.logSpanAnnotations(rows)
                }
                .message shouldContain "raise maxAttempts, or leave the row out"
            val options = uploadOptions { onEmpty = BadRows.SKIP }
            client.annotations.upload(rows, options).outcomes.map { it.name } shouldBe
                listOf("Skipped", "Stored", "Stored", "Stored")
        }

        test("a column of the caller's is never dropped for them") {
            val report = upload(votes, spans)
            val own = votes.add("outcome") { "my own" }
            misfit { own.withOutcomes(report) } shouldContain "rename"
            // Those of an earlier report give way.
            val joined = votes.withOutcomes(report)
            joined.withOutcomes(report).columnNames() shouldBe joined.columnNames()
        }

        test("the reason of a skipped row has the value and what to do") {
            val frame =
                frameOf(
                    "span_id" to ids,
                    "score" to listOf("high", 1, null, 2),
                )
            val reasons = frame.withOutcomes(upload(frame, spans))["outcome_reason"].toList()
            reasons[0] shouldBe
                "score is not a number (it is \"high\"); write it as 0.85 or leave it out"
            reasons[2] shouldBe "result is empty; give at least one of label, score and explanation"
        }
    })
