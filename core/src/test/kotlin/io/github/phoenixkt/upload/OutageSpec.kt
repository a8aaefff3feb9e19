package io.github.phoenixkt.upload

import io.github.phoenixkt.Answer
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixRuntime
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.support.HeldPort
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.FakeTargetKind
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import java.time.Instant
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.asFlow

/** What requests meet while Phoenix is away. */
private val OUTAGES: Map<String, () -> Answer> =
    mapOf(
        "refused connections" to { throw ConnectException("Connection refused") },
        "resets" to { throw IOException("Connection reset") },
        "408" to { Answer(408, "Request Timeout", version = null) },
        "502" to { Answer(502, "Bad Gateway", version = null) },
        "503" to { Answer(503, "no upstream", version = null) },
        "504" to { Answer(504, "<html>Gateway Time-out</html>", "text/html", version = null) },
    )

private val LIMIT = Regex("limit=\\d+")

private fun limited(retryAfter: String?, status: Int = 429) =
    Answer(
        status,
        "Too Many Requests",
        headers = retryAfter?.let { mapOf("Retry-After" to it) }.orEmpty(),
        version = null,
    )

class OutageSpec :
    FunSpec({
        val rows = (0 until 1_300).map { row(it) }

        /** Phoenix is away from the request [first] on, for so long. */
        class Away(
            val model: PhoenixModel,
            private val first: Int,
            private val length: Duration,
            private val meets: () -> Answer,
        ) {
            private var requests = 0
            var began: Instant? = null
            val turnedAway = mutableListOf<SentRequest>()
            val isOn: Boolean
                get() = began?.let { model.time.now < it + length } == true

            init {
                model.trouble = { sent ->
                    if (++requests >= first && began == null) began = model.time.now
                    if (isOn) {
                        turnedAway += sent
                        meets()
                    } else null
                }
            }
        }

        for (way in Delivery.entries) {
            val options = uploadOptions {
                delivery = way
                queueWindow = 400
            }

            for ((name, meets) in OUTAGES) {
                test("$way: 20 s of $name are waited out, whenever they begin") {
                    for (first in listOf(1, 2, 3, 5, 8, 12, 17)) withClue(
                        "from request $first on"
                    ) {
                        val model = PhoenixModel()
                        model.client.serverVersion()
                        val away = Away(model, first, Duration.ofSeconds(20), meets)
                        val report = model.client.annotations.upload(rows, options)
                        withClue(report.remarks) { report.complete shouldBe true }
                        report.stoppedBy shouldBe null
                        rows.forEach { (model.stored(it) != null) shouldBe true }
                        if (away.began != null) {
                            val remark = report.remarks.first { "was unreachable" in it }
                            val seconds =
                                Regex("for (\\d+) s").find(remark)!!.groupValues[1].toInt()
                            withClue(remark) { (seconds in 10..30) shouldBe true }
                            // Two writes, or a write and two looks, may be under way when it
                            // begins;
                            // then one asks. After a 504, a look asks for less.
                            away.turnedAway
                                .map { it.line.replace(LIMIT, "") + it.body }
                                .distinct()
                                .size shouldBeLessThanOrEqual
                                if (way == Delivery.CONFIRMED) 2 else 3
                            away.turnedAway.size shouldBeLessThanOrEqual
                                if (name == "504") 60 else 24
                        }
                    }
                }
            }

            test("$way: an outage without end stops the upload after two minutes, truthfully") {
                val model = PhoenixModel()
                model.client.serverVersion()
                val away = Away(model, 8, Duration.ofDays(1), OUTAGES.getValue("resets"))
                val report = model.client.annotations.upload(rows, options)
                report.stoppedBy.shouldBeInstanceOf<PhoenixException.Unreachable>()
                val waited = Duration.between(away.began, model.time.now)
                (waited >= Duration.ofMinutes(2)) shouldBe true
                waited shouldBeLessThan Duration.ofSeconds(160)
                report.remarks.last() shouldContain "The upload waited for Phoenix for"
                val asked = away.turnedAway.filter { it.method == "POST" }.flatMap { it.spans() }
                report.outcomes.forEachIndexed { index, outcome ->
                    val stored = model.stored(rows[index]) != null
                    when (outcome) {
                        is RowOutcome.Stored -> stored shouldBe true
                        is RowOutcome.NotAttempted -> {
                            stored shouldBe false
                            (rows[index].spanId in asked) shouldBe false
                        }
                        else -> {}
                    }
                }
            }

            test("$way: a tolerance of zero ends the upload as soon as a call fails") {
                val model = PhoenixModel()
                model.client.serverVersion()
                val away = Away(model, 4, Duration.ofDays(1), OUTAGES.getValue("503"))
                val report =
                    model.client.annotations.upload(
                        rows,
                        options.toBuilder().outageTolerance(Duration.ZERO).build(),
                    )
                report.complete shouldBe false
                Duration.between(away.began, model.time.now) shouldBeLessThan Duration.ofSeconds(40)
                report.remarks.filter { "waited" in it }.shouldBeEmpty()
            }

            test("$way: a stream waits, too, and says so once") {
                val model = PhoenixModel()
                model.client.serverVersion()
                Away(model, 6, Duration.ofSeconds(20), OUTAGES.getValue("refused connections"))
                val summary = model.client.annotations.uploadStream(rows.asFlow(), options)
                summary.complete shouldBe true
                summary.remarks.count { "was unreachable" in it } shouldBe 1
                rows.forEach { (model.stored(it) != null) shouldBe true }
            }
        }

        for (way in Delivery.entries) {
            val options = uploadOptions {
                delivery = way
                queueWindow = 400
            }

            test("$way: behind a proxy that strips the version, outages are waited out, too") {
                val model = PhoenixModel(version = null)
                Away(model, 6, Duration.ofSeconds(20), OUTAGES.getValue("resets"))
                val report = model.client.annotations.upload(rows, options)
                withClue(report) { report.complete shouldBe true }
                rows.forEach { (model.stored(it) != null) shouldBe true }
            }

            test("$way: a server that falls silent is waited for, and rows may have arrived") {
                val model = PhoenixModel()
                val posts = AtomicInteger()
                model.silence = { it.method == "POST" && posts.incrementAndGet() in 3..6 }
                val patient = model.client { retry { maxAttempts = 1 } }
                // An upload waits for a server only once that has answered.
                patient.serverVersion()
                val client = patient.withOptions { timeout = Duration.ofMillis(300) }
                val report = client.annotations.upload(rows, options)
                withClue(report) { report.complete shouldBe true }
                rows.forEach { (model.stored(it) != null) shouldBe true }
                report.remarks.first() shouldStartWith "Phoenix was unreachable for"
            }

            test("$way: a limit on requests is waited for, for as long as it asks") {
                for ((asked, seconds) in listOf("75" to 70L, null to 20L)) {
                    val model = PhoenixModel()
                    Away(model, 6, Duration.ofSeconds(seconds)) { limited(asked) }
                    val report = model.client.annotations.upload(rows, options)
                    withClue(report) { report.complete shouldBe true }
                    report.remarks.first() shouldStartWith
                        "A proxy limited the rate of requests for"
                    if (asked != null) model.time.sleeps.max() shouldBe Duration.ofSeconds(75)
                }
            }

            test("$way: a limit for longer than is waited stops the upload at once") {
                val model = PhoenixModel()
                val away = Away(model, 6, Duration.ofDays(1)) { limited("3600") }
                val report = model.client.annotations.upload(rows, options)
                report.stoppedBy.shouldBeInstanceOf<PhoenixException.RateLimited>()
                Duration.between(away.began, model.time.now) shouldBeLessThan Duration.ofSeconds(20)
                report.remarks.filter { "limited" in it }.shouldBeEmpty()
            }

            test("$way: a server that is down is left alone for as long as it asks") {
                for ((asked, waited) in listOf("75" to 75L, "3600" to 120L)) {
                    val model = PhoenixModel()
                    val away =
                        Away(model, 6, Duration.ofSeconds(70)) { limited(asked, status = 503) }
                    val report = model.client.annotations.upload(rows, options)
                    withClue(report) { report.complete shouldBe true }
                    model.time.sleeps.max() shouldBe Duration.ofSeconds(waited)
                    // Those under way when it begins.
                    away.turnedAway.size shouldBeLessThanOrEqual 3
                }
            }
        }

        for ((name, meets) in OUTAGES) {
            test("$name of what is read back alone are not waited for") {
                for (first in listOf(1, 2, 4)) {
                    val model = PhoenixModel()
                    var looks = 0
                    model.trouble = {
                        if (it.method == "GET" && ++looks >= first) meets() else null
                    }
                    val started = model.time.now
                    val report =
                        model.client.annotations.upload(rows, uploadOptions { queueWindow = 400 })
                    withClue(report) { report.complete shouldBe true }
                    report.remarks.first() shouldContain "rows could not be read back"
                    report.remarks
                        .filter {
                            "was unreachable" in it ||
                                "upload stopped waiting" in it ||
                                "upload waited" in it
                        }
                        .shouldBeEmpty()
                    Duration.between(started, model.time.now) shouldBeLessThan
                        Duration.ofSeconds(80)
                }
            }
        }

        test("an outage in which a pause took too long is waited out, too") {
            for (way in Delivery.entries) {
                val model = PhoenixModel()
                val away = Away(model, 6, Duration.ofMinutes(5), OUTAGES.getValue("503"))
                val client = model.client {
                    // As after the machine was suspended: the time of each call is over then.
                    runtime =
                        PhoenixRuntime(
                            model.time.runtime().clock,
                            sleep = {
                                val pause = it.toJavaDuration()
                                model.time.pass(
                                    if (away.isOn) maxOf(pause, Duration.ofMinutes(3)) else pause
                                )
                            },
                        )
                }
                val options = uploadOptions {
                    delivery = way
                    outageTolerance = Duration.ofMinutes(30)
                }
                val report = client.annotations.upload(rows, options)
                withClue(report) { report.complete shouldBe true }
            }
        }

        test("a size that was refused is learnt, and what is given up for it is not stored") {
            for ((limit, complete) in listOf(4_000 to true, 900 to false)) {
                val model = PhoenixModel()
                var refused = 0
                model.trouble = {
                    if (it.body.length > limit) Answer(413, "too large").also { refused++ }
                    else null
                }
                val report = model.client.annotations.upload(rows, uploadOptions {})
                report.stoppedBy shouldBe null
                if (complete) {
                    report.complete shouldBe true
                    refused shouldBeLessThanOrEqual 10
                }
                report.outcomes.forEachIndexed { index, outcome ->
                    val stored = model.stored(rows[index]) != null
                    withClue(outcome) {
                        (outcome is RowOutcome.Stored) shouldBe stored
                        (outcome is RowOutcome.Unknown) shouldBe false
                    }
                }
            }
        }

        test("a tolerance is kept by a copy of the options, and bounded") {
            val options = uploadOptions { outageTolerance = Duration.ofSeconds(5) }
            options.toBuilder().build().outageTolerance shouldBe Duration.ofSeconds(5)
            uploadOptions {}.outageTolerance shouldBe Duration.ofMinutes(2)
            for (wrong in listOf(Duration.ofMillis(-1), Duration.ofDays(2))) {
                shouldThrow<IllegalArgumentException> { uploadOptions { outageTolerance = wrong } }
                    .message shouldContain "outageTolerance"
            }
        }

        test("a server that was never reached is not waited for") {
            val model = PhoenixModel()
            model.server.versionAnswer = Answer(503, "no upstream", version = null)
            model.trouble = { throw ConnectException("Connection refused") }
            val started = model.time.now
            val report = model.client.annotations.upload(rows)
            report.stoppedBy.shouldBeInstanceOf<PhoenixException.Unreachable>()
            report.counts() shouldBe mapOf("NotAttempted" to rows.size)
            Duration.between(started, model.time.now) shouldBeLessThan Duration.ofSeconds(10)
        }

        test("a Phoenix that is restarted during an upload costs no row") {
            val spans = rows.map { it.spanId }
            // Nobody else gets the port between the end of one and the start of the other.
            val held = HeldPort.open()
            fun start() =
                FakePhoenix.builder().port(held.port()).start().also { phoenix ->
                    spans.forEach { phoenix.addSpan(FakeSpan.of(it)) }
                }
            val first = start()
            val turnedAway = CompletableDeferred<Unit>()
            val client = PhoenixClient {
                environment = PhoenixEnvironment.empty()
                endpoint = first.endpoint().toString()
                retry { maxAttempts = 2 }
                listener =
                    object : PhoenixListener {
                        override fun onRequest(event: RequestEvent) {
                            if (event.failure != null && event.attempt == 2)
                                turnedAway.complete(Unit)
                        }
                    }
            }
            var stopped = false
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                progress = UploadProgressListener {
                    if (it.done >= 400 && !stopped) {
                        stopped = true
                        first.close()
                    }
                }
            }
            val report = coroutineScope {
                val upload = async { client.annotations.upload(rows, options) }
                turnedAway.await()
                val second = start()
                val report = upload.await()
                val there =
                    (first.annotations(FakeTargetKind.SPAN) +
                            second.annotations(FakeTargetKind.SPAN))
                        .map { it.targetId() }
                        .toSet()
                second.close()
                held.close()
                there shouldBe spans.toSet()
                report
            }
            client.close()
            withClue(report) { report.complete shouldBe true }
            report.remarks.single() shouldStartWith "Phoenix was unreachable for"
        }
    })
