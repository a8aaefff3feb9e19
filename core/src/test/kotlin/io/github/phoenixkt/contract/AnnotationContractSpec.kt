package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.DeleteWindow
import io.github.phoenixkt.annotations.SessionAnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.annotations.SpanDocumentAnnotationData
import io.github.phoenixkt.annotations.StoredAnnotation
import io.github.phoenixkt.annotations.TraceAnnotationData
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.internal.sameJson
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.upload.RowOutcome
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import java.math.BigInteger
import java.time.Instant
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.single
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject

/** What the client promises of annotations, on one server; each test brings its own project. */
@Suppress("LargeClass") // One test after the other.
abstract class AnnotationContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient
        lateinit var talk: Conversation

        beforeTest {
            client = contractClient(server.endpoint)
            talk = Conversation().record(client)
        }
        afterTest { client.close() }

        suspend fun spanAnnotations(
            vararg ids: String = arrayOf(talk.llmSpan)
        ): List<StoredAnnotation> =
            client.spans.getSpanAnnotations(ids.toList(), project = talk.project).toList()

        test("a span annotation written with sync has an id and reads back as it was written") {
            val inserted =
                client.spans.addSpanAnnotation(
                    talk.llmSpan,
                    "correctness",
                    AnnotatorKind.LLM,
                    label = "correct",
                    score = 0.85,
                    explanation = "It answers the question.",
                    metadata =
                        mapOf(
                            "model" to "gpt-4",
                            "threshold_ms" to 500,
                            "deep" to mapOf("list" to listOf(1, 2.5, null)),
                        ),
                    identifier = "user-123",
                    sync = true,
                )
            val stored = spanAnnotations().single()
            stored.id shouldBe inserted.shouldNotBeNull().id
            stored.targetId shouldBe talk.llmSpan
            stored.name shouldBe "correctness"
            stored.annotatorKind shouldBe AnnotatorKind.LLM
            stored.label shouldBe "correct"
            stored.score shouldBe 0.85
            stored.explanation shouldBe "It answers the question."
            stored.metadata shouldBe
                mapOf(
                    "model" to "gpt-4",
                    "threshold_ms" to 500L,
                    "deep" to mapOf("list" to listOf(1L, 2.5, null)),
                )
            stored.identifier shouldBe "user-123"
            stored.source shouldBe "API"
        }

        test("a queued span annotation gives no id and arrives") {
            client.spans.addSpanAnnotation(talk.llmSpan, "tone", label = "calm").shouldBeNull()
            eventually(60.seconds) { spanAnnotations().single().label shouldBe "calm" }
        }

        test("the older spelling under client.annotations writes the same") {
            client.annotations.addSpanAnnotation(
                talk.llmSpan,
                "user feedback",
                label = "thumbs-up",
                score = 1.0,
                sync = true,
            )
            spanAnnotations().single().score shouldBe 1.0
        }

        test("texts are trimmed and blank ones are absent") {
            client.spans.addSpanAnnotation(
                " ${talk.llmSpan} ",
                " tone ",
                label = " calm ",
                explanation = " ",
                sync = true,
            )
            val stored = spanAnnotations().single()
            stored.name shouldBe "tone"
            stored.label shouldBe "calm"
            stored.explanation.shouldBeNull()
            stored.identifier shouldBe ""
        }

        test("numbers of JSON are stored as numbers") {
            val metadata =
                Json.parseToJsonElement(
                    """{"pi":3.141592653589793238,"odd":9007199254740993.0,"exact":9007199254740993,
                       "most":18446744073709551615,"least":-9223372036854775808,"minus":-0.0,
                       "tiny":1e-300,"big":9e18,"list":[1e2,2]}"""
                )
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "numbers",
                label = "x",
                metadata = metadata.jsonObject,
                sync = true,
            )
            val stored = spanAnnotations().single().metadata
            val expected =
                mapOf(
                    "pi" to 3.141592653589793,
                    "odd" to 9007199254740992.0,
                    "exact" to 9007199254740993L,
                    "most" to BigInteger("18446744073709551615"),
                    "least" to Long.MIN_VALUE,
                    "minus" to 0.0,
                    "tiny" to 1e-300,
                    "big" to 9e18,
                    "list" to listOf(100.0, 2L),
                )
            // PostgreSQL gives a double without a fraction back as an integer.
            withClue(stored) { sameJson(stored, expected) shouldBe true }
        }

        test("a second write of name, span and identifier replaces the first, whole") {
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "tone",
                label = "calm",
                score = 1.0,
                metadata = mapOf("a" to 1),
                sync = true,
            )
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "tone",
                explanation = "changed my mind",
                sync = true,
            )
            val stored = spanAnnotations().single()
            stored.label.shouldBeNull()
            stored.score.shouldBeNull()
            stored.metadata shouldBe emptyMap()
            stored.explanation shouldBe "changed my mind"
        }

        test("250 annotations go in three requests and their ids come in the order of the input") {
            val rows =
                (0 until 250).map {
                    SpanAnnotationData(
                        talk.llmSpan,
                        "row",
                        score = it.toDouble(),
                        identifier = "r$it",
                    )
                }
            val inserted =
                client.spans.logSpanAnnotations(
                    rows.shuffled(kotlin.random.Random(7)).also { it shouldHaveSize 250 },
                    sync = true,
                )
            inserted.shouldNotBeNull() shouldHaveSize 250
            val again = client.spans.logSpanAnnotations(rows, sync = true).shouldNotBeNull()
            val byId = spanAnnotations().associateBy { it.id }
            byId.size shouldBe 250
            rows.indices.forEach { byId.getValue(again[it].id).identifier shouldBe "r$it" }
        }

        test("of rows with the same key in one call the last wins, and each has the id") {
            val ids =
                client.spans
                    .logSpanAnnotations(
                        listOf("first", "second", "third").map {
                            SpanAnnotationData(talk.llmSpan, "twice", label = it)
                        },
                        sync = true,
                    )
                    .shouldNotBeNull()
            ids.toSet() shouldHaveSize 1
            spanAnnotations().single().label shouldBe "third"
        }

        test("documents are annotated by position, and a position that is not there is refused") {
            val rows =
                (0..2).map {
                    SpanDocumentAnnotationData(
                        talk.retrieverSpan,
                        it,
                        "relevance",
                        AnnotatorKind.LLM,
                        score = it / 2.0,
                    )
                }
            client.spans
                .logDocumentAnnotations(rows, sync = true)
                .shouldNotBeNull()
                .toSet() shouldHaveSize 3
            client.spans
                .addDocumentAnnotation(talk.retrieverSpan, 0, "relevance", label = "relevant")
                .shouldBeNull()
            client.annotations
                .addDocumentAnnotation(
                    talk.retrieverSpan,
                    1,
                    "note",
                    label = "allowed here",
                    sync = true,
                )
                .shouldNotBeNull()
            shouldThrow<PhoenixException.Rejected> {
                    client.spans.addDocumentAnnotation(
                        talk.retrieverSpan,
                        3,
                        "relevance",
                        score = 1.0,
                        sync = true,
                    )
                }
                .message shouldContain "POST /v1/document_annotations"
        }

        test("trace annotations, queued and with sync") {
            client.traces
                .addTraceAnnotation(
                    talk.traceId,
                    "correctness",
                    label = "correct",
                    score = 1.0,
                    sync = true,
                )
                .shouldNotBeNull()
            client.traces
                .logTraceAnnotations(
                    listOf(
                        TraceAnnotationData(
                            talk.traceId,
                            "toxicity",
                            AnnotatorKind.LLM,
                            score = 0.01,
                        )
                    )
                )
                .shouldBeNull()
            eventually(60.seconds) {
                client.traces
                    .getTraceAnnotations(listOf(talk.traceId), project = talk.project)
                    .toList()
                    .map { it.name } shouldContainExactlyInAnyOrder
                    listOf("correctness", "toxicity")
            }
        }

        test("session annotations, queued and with sync") {
            client.sessions
                .addSessionAnnotation(
                    talk.sessionId,
                    "helpfulness",
                    label = "helpful",
                    score = 0.9,
                    sync = true,
                )
                .shouldNotBeNull()
            client.sessions
                .logSessionAnnotations(
                    listOf(
                        SessionAnnotationData(
                            talk.sessionId,
                            "toxicity",
                            AnnotatorKind.LLM,
                            score = 0.05,
                        )
                    )
                )
                .shouldBeNull()
            eventually(60.seconds) {
                client.sessions
                    .getSessionAnnotations(listOf(talk.sessionId), project = talk.project)
                    .toList()
                    .map { it.name } shouldContainExactlyInAnyOrder
                    listOf("helpfulness", "toxicity")
            }
        }

        test("notes add up, and one with an identifier replaces its like") {
            val first = client.spans.addSpanNote(talk.llmSpan, "look at this")
            client.spans.addSpanNote(talk.llmSpan, "look at this")
            client.spans.addSpanNote(talk.llmSpan, "draft", identifier = "mine").identifier shouldBe
                "mine"
            client.spans.addSpanNote(talk.llmSpan, "final", identifier = "mine")
            first.identifier.shouldNotBeNull() shouldStartWith "px-span-note:"
            val notes =
                client.spans
                    .getSpanAnnotations(
                        listOf(talk.llmSpan),
                        includeAnnotationNames = listOf("note"),
                        project = talk.project,
                    )
                    .toList()
            notes.map { it.explanation } shouldContainExactlyInAnyOrder
                listOf("look at this", "look at this", "final")
            notes.all { it.isNote } shouldBe true
            client.traces
                .addTraceNote(talk.traceId, "slow")
                .identifier
                .shouldNotBeNull() shouldStartWith "px-trace-note:"
            client.sessions
                .addSessionNote(talk.sessionId, "nice")
                .identifier
                .shouldNotBeNull() shouldStartWith "px-session-note:"
            shouldThrow<PhoenixException.NotFound> {
                    client.spans.addSpanNote(newSpanId(), "nowhere")
                }
                .message shouldContain "px-span-note:"
        }

        test("unknown targets are named, and their neighbours are stored") {
            val unknown = newSpanId()
            val failure =
                shouldThrow<PhoenixException.UploadException> {
                    client.spans.logSpanAnnotations(
                        listOf(
                            SpanAnnotationData(talk.llmSpan, "tone", label = "calm"),
                            SpanAnnotationData(unknown, "tone", label = "calm"),
                        ),
                        sync = true,
                    )
                }
            failure.report.outcomes.map { it::class } shouldContainExactly
                listOf(RowOutcome.Stored::class, RowOutcome.MissingTarget::class)
            failure.report.remaining() shouldHaveSize 1
            failure.message shouldContain unknown
            val shouting = SpanAnnotationData(talk.llmSpan.uppercase(), "tone", label = "calm")
            client.annotations.upload(listOf(shouting)).outcomes.single().toString() shouldContain
                "lower case"
            spanAnnotations() shouldHaveSize 1
            shouldThrow<PhoenixException.NotFound> {
                    client.spans.addSpanAnnotation(unknown, "tone", label = "calm", sync = true)
                }
                .missingIds shouldContainExactly listOf(unknown)
            shouldThrow<PhoenixException.NotFound> {
                    client.spans.addSpanAnnotation(
                        talk.llmSpan.uppercase(),
                        "tone",
                        label = "a",
                        sync = true,
                    )
                }
                .message shouldContain "lower case"
        }

        test("one missing target among 250 rows costs no other row") {
            val rows =
                (0 until 250)
                    .map {
                        SpanAnnotationData(talk.llmSpan, "row", score = 1.0, identifier = "r$it")
                    }
                    .toMutableList()
            rows[120] = SpanAnnotationData(newSpanId(), "row", score = 1.0)
            val report =
                shouldThrow<PhoenixException.UploadException> {
                        client.spans.logSpanAnnotations(rows, sync = true)
                    }
                    .report
            report.outcomes.count { it is RowOutcome.Stored } shouldBe 249
            report.outcomes[120].shouldBeInstanceOf<RowOutcome.MissingTarget>()
            report.remaining() shouldHaveSize 1
            spanAnnotations() shouldHaveSize 249
        }

        test("reads select by name and by identifier, and leave notes out unless asked") {
            client.spans.addSpanNote(talk.llmSpan, "a note")
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "tone",
                label = "calm",
                identifier = "a",
                sync = true,
            )
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "tone",
                label = "loud",
                identifier = "b",
                sync = true,
            )
            client.spans.addSpanAnnotation(talk.llmSpan, "length", score = 3.0, sync = true)
            suspend fun names(query: AnnotationQuery) =
                client.spans.getSpanAnnotations(query, talk.project).toList().map { it.name }
            val one = listOf(talk.llmSpan)
            names(
                annotationQuery {
                    ids = one
                }
            ) shouldContainExactlyInAnyOrder listOf("tone", "tone", "length")
            names(
                annotationQuery {
                    ids = one
                    includeAnnotationNames = listOf("tone")
                }
            ) shouldContainExactly listOf("tone", "tone")
            names(
                annotationQuery {
                    ids = one
                    excludeAnnotationNames = listOf("tone")
                }
            ) shouldContainExactlyInAnyOrder listOf("length", "note")
            names(
                annotationQuery {
                    identifiers = listOf("b")
                }
            ) shouldContainExactly listOf("tone")
            names(
                    annotationQuery {
                        ids = one
                        identifiers = listOf("zzz")
                    }
                )
                .shouldBeEmpty()
            names(
                    annotationQuery {
                        ids = emptyList()
                    }
                )
                .shouldBeEmpty()
        }

        test("any number of ids is read, and unknown ones have no annotations") {
            client.spans.addSpanAnnotation(talk.llmSpan, "tone", label = "calm", sync = true)
            val ids = List(250) { newSpanId() } + talk.llmSpan + List(99) { newSpanId() }
            client.spans.getSpanAnnotations(ids, project = talk.project).single().targetId shouldBe
                talk.llmSpan
            spanAnnotations(newSpanId()).shouldBeEmpty()
            shouldThrow<PhoenixException.NotFound> {
                client.spans
                    .getSpanAnnotations(listOf(talk.llmSpan), project = unique("nowhere"))
                    .toList()
            }
        }

        test("pages follow each other without a gap or a repetition") {
            val rows =
                (0 until 25).map {
                    SpanAnnotationData(talk.llmSpan, "row", score = 1.0, identifier = "r$it")
                }
            client.spans.logSpanAnnotations(rows, sync = true)
            val query = annotationQuery {
                ids = listOf(talk.llmSpan)
            }
            val seen = mutableListOf<String>()
            var cursor: String? = null
            do {
                val page =
                    client.spans.getSpanAnnotationsPage(query, talk.project, cursor, limit = 10)
                seen += page.items.map { it.identifier }
                cursor = page.nextCursor
            } while (cursor != null)
            seen shouldContainExactlyInAnyOrder rows.map { it.identifier }
            client.spans.getSpanAnnotations(query, talk.project, limit = 7).toList() shouldHaveSize
                7
            shouldThrow<PhoenixException.Rejected> {
                client.spans.getSpanAnnotationsPage(query, talk.project, "0:nonsense")
            }
        }

        test("deleting takes what the range and the narrowing name, and nothing else") {
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "tone",
                label = "calm",
                identifier = "a",
                sync = true,
            )
            client.spans.addSpanAnnotation(
                talk.llmSpan,
                "tone",
                AnnotatorKind.CODE,
                label = "calm",
                identifier = "b",
                sync = true,
            )
            client.spans.addSpanAnnotation(talk.llmSpan, "length", score = 3.0, sync = true)
            val now = Instant.now()
            client.spans.deleteSpanAnnotations(
                talk.project,
                DeleteWindow(now.minusSeconds(7200), now.minusSeconds(3600)),
            )
            spanAnnotations() shouldHaveSize 3
            client.spans.deleteSpanAnnotations(talk.project, DeleteAll, identifier = "a")
            spanAnnotations() shouldHaveSize 2
            client.spans.deleteSpanAnnotations(
                talk.project,
                DeleteAll,
                annotatorKind = AnnotatorKind.CODE,
            )
            spanAnnotations().single().name shouldBe "length"
            client.spans.deleteSpanAnnotations(
                talk.project,
                DeleteWindow(now.minusSeconds(3600), now.plusSeconds(3600)),
                name = "length",
            )
            spanAnnotations().shouldBeEmpty()
            shouldThrow<PhoenixException.NotFound> {
                client.spans.deleteSpanAnnotations(unique("nowhere"), DeleteAll)
            }
        }

        test("trace and session annotations are deleted by their own calls") {
            client.traces.addTraceAnnotation(talk.traceId, "a", score = 1.0, sync = true)
            client.sessions.addSessionAnnotation(talk.sessionId, "a", score = 1.0, sync = true)
            client.traces.deleteTraceAnnotations(talk.project, DeleteAll, name = "a")
            client.sessions.deleteSessionAnnotations(talk.project, DeleteAll, name = "a")
            client.traces
                .getTraceAnnotations(listOf(talk.traceId), project = talk.project)
                .toList()
                .shouldBeEmpty()
            client.sessions
                .getSessionAnnotations(listOf(talk.sessionId), project = talk.project)
                .toList()
                .shouldBeEmpty()
        }

        test("an annotation may precede its span when it is queued") {
            val later = Conversation()
            client.spans.addSpanAnnotation(later.llmSpan, "early", label = "bird")
            later.record(client)
            // Phoenix tries again every ten seconds.
            eventually(60.seconds) {
                server.letTimePass()
                client.spans
                    .getSpanAnnotations(listOf(later.llmSpan), project = later.project)
                    .toList()
                    .map { it.label } shouldContainExactly listOf("bird")
            }
        }

        test("spans that are there already are refused by name") {
            val refused =
                shouldThrow<PhoenixException.SpansRejected> {
                    client.spans.logSpans(talk.spans(), talk.project)
                }
            refused.duplicateSpanIds shouldContainExactlyInAnyOrder
                listOf(talk.llmSpan, talk.retrieverSpan)
            client.serverVersion() shouldNotBe null
        }
    })

class FakeAnnotationContractSpec : AnnotationContractSpec(FakeServer())

class RealAnnotationContractSpec : AnnotationContractSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresAnnotationContractSpec :
    AnnotationContractSpec(RealServer(RealPhoenix.POSTGRESQL))
