package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.java.PhoenixBlockingClient
import io.github.phoenixkt.samples.CHECKOUT
import io.github.phoenixkt.samples.markedCode
import io.github.phoenixkt.samples.recordConversation
import io.github.phoenixkt.samples.shownCode
import io.github.phoenixkt.spans.StoredSpan
import io.github.phoenixkt.spans.spanFilter
import io.github.phoenixkt.support.HeldPort
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import java.util.concurrent.atomic.AtomicLong
import javax.net.ssl.SSLContext
import kotlin.io.path.readText
import kotlin.io.path.walk
import kotlin.streams.asStream

private const val KOTLIN = "main/kotlin/io/github/phoenixkt/samples/guides"
private const val JAVA = "main/java/io/github/phoenixkt/samples/guides"

/** What a page of the guides shows, and where that is compiled. */
private val PAGES =
    mapOf(
        "getting-started" to
            listOf("$KOTLIN/GettingStartedSnippets.kt", "$JAVA/GettingStarted.java"),
        "delivery" to listOf("$KOTLIN/DeliverySnippets.kt", "$JAVA/DeliveryExamples.java"),
        "reading" to listOf("$KOTLIN/ReadingSnippets.kt", "$JAVA/ReadingExamples.java"),
        "data-frames" to listOf("$KOTLIN/FrameSnippets.kt"),
        "configuration" to listOf("$KOTLIN/ConfigurationSnippets.kt"),
        "testing" to
            listOf(
                "test/java/io/github/phoenixkt/samples/guides/FeedbackHandler.java",
                "test/java/io/github/phoenixkt/samples/guides/FeedbackHandlerTest.java",
                "test/kotlin/io/github/phoenixkt/samples/guides/FeedbackQueueTest.kt",
            ),
    )

/** What the code of further pages is compiled from; other tests run it. */
private val FURTHER_PAGES =
    mapOf(
        "queue" to
            listOf(
                "main/kotlin/io/github/phoenixkt/samples/QueueSnippets.kt",
                "main/java/io/github/phoenixkt/samples/JavaQueueSnippets.java",
            ),
        "tracing" to
            listOf(
                "main/kotlin/io/github/phoenixkt/samples/TracingSnippets.kt",
                "main/java/io/github/phoenixkt/samples/JavaTracingSnippets.java",
            ),
        "langchain4j" to listOf("main/java/io/github/phoenixkt/samples/LangChain4jFeedback.java"),
        "from-python" to
            listOf(
                "main/kotlin/io/github/phoenixkt/samples/frompython",
                "main/java/io/github/phoenixkt/samples/frompython",
            ),
        "spring-boot" to
            listOf(
                "../../samples-spring/src/main/java/io/github/phoenixkt/samples/spring/Feedback.java",
                "../../consumers/spring-starter/src/main/java/consumer/Answers.java",
                "../../spring-boot-test/src/test/java/io/github/phoenixkt/spring/test/FakePhoenixTest.java",
            ),
    )

private val IMPORT =
    Regex("^import (?:static )?(io\\.github\\.phoenixkt[a-z0-9.]*)\\.\\w", RegexOption.MULTILINE)
private val PACKAGE = Regex("io\\.github\\.phoenixkt(\\.[a-z0-9]+\\b)*")

/** The guides show only code that is compiled, and run here. */
class GuidesSpec :
    FunSpec({
        PAGES.forEach { (page, files) ->
            test("every block of code in $page.md is compiled, and every snippet is shown") {
                val text = CHECKOUT.resolve("docs/$page.md").readText()
                (shownCode(text, "kotlin") + shownCode(text, "java")) shouldContainExactlyInAnyOrder
                    files.flatMap { markedCode("../$it") }
            }
        }

        (PAGES + FURTHER_PAGES).forEach { (page, files) ->
            test("$page.md names the packages that its code needs") {
                val needed =
                    files
                        .flatMap { CHECKOUT.resolve("samples/src").resolve(it).walk() }
                        .flatMap { IMPORT.findAll(it.readText()) }
                        .map { it.groupValues[1] }
                        .filterNot { "samples" in it }
                needed.shouldNotBeEmpty()
                val named =
                    PACKAGE.findAll(CHECKOUT.resolve("docs/$page.md").readText()).map { it.value }
                named.toSet() shouldContainAll needed
            }
        }

        lateinit var fake: FakePhoenix
        lateinit var client: PhoenixClient
        lateinit var spanIds: List<String>
        lateinit var sessionId: String
        beforeTest {
            fake = FakePhoenix.start()
            client = PhoenixClient {
                environment = PhoenixEnvironment()
                endpoint = fake.endpoint().toString()
            }
            val conversation = recordConversation(client, "chatbot")
            spanIds = conversation.turns.map { it.llmSpanId }
            sessionId = conversation.sessionId
        }
        afterTest {
            client.close()
            fake.close()
        }
        fun stored() = fake.annotations(FakeTargetKind.SPAN)

        test("getting started runs, in both languages") {
            System.setProperty("phoenix.endpoint", fake.endpoint().toString())
            System.setProperty("phoenix.project", "chatbot")
            try {
                annotate(spanIds.first())
                GettingStarted.annotate(spanIds.last())
            } finally {
                System.clearProperty("phoenix.endpoint")
                System.clearProperty("phoenix.project")
            }
            stored().map { it.label() } shouldBe listOf("correct", "correct")
        }

        test("delivery runs, in both languages") {
            val phoenix = PhoenixBlockingClient.of(client)
            val rows = spanIds.map { SpanAnnotationData(it, "tone", label = "kind") }
            val annotations: List<AnnotationData> = rows
            confirmedScore(client, spanIds.first())
            confirmedScore(client, "0000000000000000")
            DeliveryExamples.confirmed(phoenix, rows.first())
            checkedUpload(client, annotations + SpanAnnotationData(spanIds.first(), "empty"))
                .complete shouldBe true
            DeliveryExamples.upload(phoenix, annotations).complete shouldBe true
            streamed(client, annotations.iterator()).rows shouldBe 2
            DeliveryExamples.streamed(phoenix, annotations.stream()).rows shouldBe 2
        }

        test("an upload of a stream that ends early is not mistaken for a whole one") {
            val phoenix = PhoenixBlockingClient.of(client)
            val good = SpanAnnotationData(spanIds.first(), "tone", label = "kind")
            val cut =
                sequence<AnnotationData> {
                    yield(good)
                    throw IOException("the file is broken")
                }
            listOf(
                    shouldThrow<IllegalStateException> { streamed(client, cut.iterator()) },
                    shouldThrow<IllegalStateException> {
                        DeliveryExamples.streamed(phoenix, cut.asStream())
                    },
                )
                .forEach {
                    it.message shouldContain "1 rows: 1 Stored"
                    it.cause?.message shouldBe "the file is broken"
                }
        }

        test("the lines of a file keep their numbers") {
            val phoenix = PhoenixBlockingClient.of(client)
            val verdicts =
                listOf(
                    DeliveryExamples.Verdict(1, spanIds.first(), "good"),
                    DeliveryExamples.Verdict(2, "0000000000000000", "bad"),
                )
            val options = uploadOptions { delivery = Delivery.CONFIRMED }
            DeliveryExamples.ofLines(phoenix, verdicts.iterator(), options).counts shouldBe
                mapOf("MissingTarget" to 1L, "Stored" to 1L)
            stored().map { "${it.metadata()}" } shouldBe listOf("""{"line":1}""")
        }

        test("reading runs, in both languages") {
            val phoenix = PhoenixBlockingClient.of(client)
            modelCalls(client) shouldHaveSize 2
            ReadingExamples.modelCalls(phoenix)
            confirmedScore(client, spanIds.first())
            annotationsOf(client, spanIds)
            ReadingExamples.annotationsOf(phoenix, spanIds)
            turns(client, sessionId)
            ReadingExamples.turns(phoenix, sessionId)
            tracesOf(client, sessionId) shouldHaveSize 2
            ReadingExamples.tracesOf(phoenix, sessionId)
            deleted(client)
            ReadingExamples.deleted(phoenix)
            stored() shouldHaveSize 1
        }

        test("annotation configs run, in both languages") {
            val calm = SpanAnnotationData(spanIds.first(), "tone", label = "calm")
            fitsConfig(client, calm) shouldBe true
            client.annotationConfigs.delete("tone")
            val loud = SpanAnnotationData(spanIds.first(), "tone", label = "loud")
            ReadingExamples.fitsConfig(PhoenixBlockingClient.of(client), loud) shouldBe false
        }

        val resumes =
            mapOf<String, suspend (PhoenixClient, (StoredSpan) -> Unit) -> Unit>(
                "Kotlin" to ::resumed,
                "Java" to
                    { small, keep ->
                        val phoenix = PhoenixBlockingClient.of(small)
                        ReadingExamples.resumed(phoenix, spanFilter(), keep)
                    },
            )
        resumes.forEach { (language, read) ->
            test("a read that fails is continued in $language") {
                val kept = mutableListOf<StoredSpan>()
                read(client.withOptions { pageSize = 2 }) {
                    kept += it
                    // The page after this one fails, with all its attempts.
                    if (kept.size == 2) fake.failNext(Fault.status(403).on("GET", "/spans"))
                }
                kept shouldHaveSize 6
                kept.map { it.spanId }.distinct() shouldHaveSize 6
            }
        }

        test("data frames run") {
            val outcomes = uploadedFrame(client, written(client, spanIds))
            outcomes["outcome"].toList() shouldBe listOf("Stored", "Stored")
            judged(client).rowsCount() shouldBe 4
        }

        test("configuration runs") {
            configured({ "key" }, SSLContext.getDefault()).close()
            hurried(client, spanIds.first())
            val failures = AtomicLong()
            HeldPort.open().use { nobody ->
                counted(nobody.endpoint(), failures).use {
                    shouldThrow<PhoenixException> { hurried(it, spanIds.first()) }
                }
            }
            failures.get() shouldBe 4
        }
    })
