package io.github.phoenixkt.samples.frompython

import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldMatch
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.UUID

/** What the guide shows of sessions around what is traced, and of ids for them. */
fun Runs.tracedSessions() {
    listing(
        19,
        kotlin = { twoQuestions("session-$project") { model(it) } },
        java = { JavaTracedSessions.twoQuestions("session-$project", ::model) },
    ) { messages ->
        messages shouldBe
            listOf("Hello!", "It is Hello!", "What's the weather?", "It is What's the weather?")
        traced() shouldBe List(2) { "model" to "session-$project" }
    }
    listing(
        21,
        kotlin = { perUser(project, "Hello!") { model(listOf(it)) } },
        java = { JavaTracedSessions.perUser(project, "Hello!") { model(listOf(it)) } },
    ) { answer ->
        answer shouldBe "It is Hello!"
        traced() shouldBe listOf("model" to "user-$project")
    }
    listing(
        22,
        kotlin = { chatTwice { model(it) } },
        java = {
            with(JavaTracedSessions.chatTwice(::model)) { sessionId() to answer() }
        },
    ) { (sessionId, answer) ->
        UUID.fromString(sessionId).toString() shouldBe sessionId
        answer shouldBe "It is How are you?"
        traced() shouldBe List(2) { "model" to sessionId }
    }
    hoursAndWorkflows()
    sessionsThatExpire()
}

private fun Runs.hoursAndWorkflows() {
    val hours =
        listOf("21:59:59", "22:00:00").map {
            Clock.fixed(Instant.parse("2026-01-05T${it}Z"), ZoneOffset.UTC)
        }
    val clocks = hours + hours.first().withZone(ZoneId.of("Asia/Tokyo"))
    listing(
        23,
        kotlin = { clocks.map { clock -> perHour(project, "Hi", clock) { model(listOf(it)) } } },
        java = {
            clocks.map { JavaTracedSessions.perHour(project, "Hi", it) { hi -> model(listOf(hi)) } }
        },
    ) { answers ->
        answers shouldBe List(3) { "It is Hi" }
        traced().map { it.second } shouldBe
            listOf("2026-01-05-21", "2026-01-05-22", "2026-01-06-06").map { "$project-$it" }
    }
    listing(
        24,
        kotlin = { processDocument("report", pipeline()) },
        java = { JavaTracedSessions.processDocument("report", javaPipeline()) },
    ) {
        val spans = traced()
        spans.map { it.first } shouldContainExactly listOf("chunk", "embed", "store")
        spans.map { it.second }.distinct().single() shouldMatch
            Regex("doc-report-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    }
}

/** Of two users, by the minutes that pass before each question. */
private fun Runs.sessionsThatExpire() {
    val questions =
        listOf("alice" to 0L, "bob" to 0L, "alice" to 30L, "alice" to 59L, "alice" to 60L)
    listing(
        33,
        kotlin = {
            val clock = Moving()
            val sessions = sessionsThatExpire({ model(it) }, clock)
            questions.map { (user, minutes) ->
                clock.pass(minutes)
                answerInSession(sessions, user, "I am $user")
            }
        },
        java = {
            val clock = Moving()
            val sessions = JavaTracedSessions.sessionsThatExpire(::model, clock)
            questions.map { (user, minutes) ->
                clock.pass(minutes)
                JavaTracedSessions.answerInSession(sessions, user, "I am $user")
            }
        },
    ) { answers ->
        answers shouldBe questions.map { "It is I am ${it.first}" }
        val sessions = traced().map { it.second }
        val (first, bob, again, later) = sessions
        bob shouldNotBe first
        again shouldBe first
        // 59 minutes after its last use it lives, an hour after it does not.
        later shouldBe first
        sessions.last() shouldNotBe first
    }
}

/** A model that is traced. */
private fun Guide.model(messages: List<String>): String =
    tracing.traced("model", "It is ${messages.last()}")

private fun Guide.pipeline() =
    object : Pipeline {
        override suspend fun chunk(documentId: String) = tracing.traced("chunk", listOf(documentId))

        override suspend fun embed(chunks: List<String>) =
            tracing.traced("embed", chunks.map { floatArrayOf(it.length.toFloat()) })

        override suspend fun store(embeddings: List<FloatArray>) = tracing.traced("store", Unit)
    }

private fun Guide.javaPipeline() =
    object : JavaTracedSessions.Pipeline {
        override fun chunk(documentId: String) = tracing.traced("chunk", listOf(documentId))

        override fun embed(chunks: List<String>) =
            tracing.traced("embed", chunks.map { floatArrayOf(it.length.toFloat()) })

        override fun store(embeddings: List<FloatArray>) = tracing.traced("store", Unit)
    }

private class Moving(private var now: Instant = Instant.parse("2026-01-05T10:00:00Z")) : Clock() {
    fun pass(minutes: Long) {
        now += Duration.ofMinutes(minutes)
    }

    override fun instant() = now

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = fixed(now, zone)
}
