package io.github.phoenixkt.transport

import io.github.phoenixkt.Answer
import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.SentRequest
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.contract.There
import io.github.phoenixkt.contract.callsOf
import io.github.phoenixkt.ids
import io.github.phoenixkt.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.lang.reflect.Modifier
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout

private val CALLS =
    callsOf(
        There(
            project = "p",
            span = "s",
            documents = "s",
            trace = "t",
            session = "s",
            newSpan = "i",
            newConfig = "c",
            cursor = "c",
        )
    )

private fun answerFor(request: SentRequest, version: String?): Answer =
    when {
        request.method == "DELETE" -> Answer(204, version = version)
        request.path.endsWith("_notes") -> json("""{"data":{"id":"N"}}""", version = version)
        request.path.endsWith("/v1/spans") ->
            Answer(
                200,
                "--b\r\n\r\n" +
                    """{"schema":{"fields":[{"name":"0_n"}]},"data":[{"0_n":"x"}]}""" +
                    "\r\n--b--\r\n",
                "multipart/mixed; boundary=b",
                version = version,
            )
        request.path.endsWith("/transfer") ->
            json(
                """{"data":{"transferred_trace_count":1,"destination_project_id":"p"}}""",
                version = version,
            )
        request.path.endsWith("/sessions/delete") -> Answer(204, version = version)
        request.method == "POST" && request.path.endsWith("/spans") ->
            json("""{"total_received":1,"total_queued":1}""", 202, version)
        request.method == "POST" && request.path.endsWith("_configs") ->
            json(
                """{"data":{"id":"C","name":"c","type":"FREEFORM","threshold":1.0}}""",
                200,
                version,
            )
        request.query == "sync=true" -> ids("1", version = version)
        else -> json("""{"data":[],"next_cursor":null}""", version = version)
    }

private fun server(version: String?) = MockPhoenix(version) { answerFor(it, version) }

/** The version right before this one. */
private fun ServerVersion.before(): String =
    when {
        patch > 0 -> "$major.$minor.${patch - 1}"
        minor > 0 -> "$major.${minor - 1}.99"
        else -> "${major - 1}.99.99"
    }

class VersionGateSpec :
    FunSpec({
        test("every capability is covered here") {
            val ofTargets =
                TargetKind.entries.flatMap { listOf(it.write, it.read, it.note, it.delete) }
            val others =
                Capability::class.java.declaredFields.mapNotNull {
                    it.isAccessible = true
                    if (Modifier.isStatic(it.modifiers)) it.get(null) as? Capability else null
                }
            others.size shouldBeGreaterThan 20
            (ofTargets.filterNotNull() + others - CALLS.keys).shouldBeEmpty()
        }

        CALLS.forEach { (capability, call) ->
            test(
                "$capability: the version before ${capability.since} is too old, and nothing is sent"
            ) {
                val server = server(capability.since.before())
                val client = server.client()
                client.serverVersion()
                val error = shouldThrow<PhoenixException.ServerTooOld> { call(client) }
                (error.required >= capability.since) shouldBe true
                error.actual.toString() shouldBe capability.since.before()
                error.message shouldContain "Phoenix ${error.required} or newer is needed"
                server.requests.shouldBeEmpty()
            }

            test("$capability: ${capability.since} will do") {
                val server = server(capability.since.toString())
                val client = server.client()
                client.serverVersion()
                call(client)
                server.requests.size shouldBe 1
            }

            if (capability.silent)
                test("$capability: an unknown version fails closed, and nothing is sent") {
                    val server = server(null)
                    val error = shouldThrow<PhoenixException.ServerTooOld> { call(server.client()) }
                    error.actual.shouldBeNull()
                    error.message shouldContain "Nothing was sent"
                    server.requests.shouldBeEmpty()
                }
            else
                test("$capability: with an unknown version the call goes ahead") {
                    val server = server(null)
                    call(server.client())
                    server.requests.size shouldBe 1
                }
        }

        test("a server below 9 is not supported at all") {
            for (call in CALLS.values) {
                val server = server("8.99.99")
                val client = server.client()
                client.serverVersion()
                shouldThrow<PhoenixException.ServerTooOld> { call(client) }
            }
        }

        listOf("9.0.0", "11.30.0", "12.0.0", "12.1.9").forEach { version ->
            test(
                "on $version every write is confirmed, and returns nothing that was not asked for"
            ) {
                val server = server(version)
                val client = server.client()
                client.spans.addSpanAnnotation("s", "a", score = 1.0).shouldBeNull()
                client.spans.addSpanAnnotation("s", "a", score = 1.0, sync = true)!!.id shouldBe "1"
                server.requests.map { it.query } shouldBe listOf("sync=true", "sync=true")
            }
        }

        listOf("12.2.0", "20.26.1", null).forEach { version ->
            test("on $version a write is queued") {
                val server = server(version)
                server.client().spans.addSpanAnnotation("s", "a", score = 1.0).shouldBeNull()
                server.requests.single().query shouldBe ""
            }
        }

        listOf("12.21.0", "15.6.9", null).forEach { version ->
            test("a note on $version has no identifier of ours, which it would not know") {
                val server = server(version)
                server.client().spans.addSpanNote("s", "x").identifier.shouldBeNull()
                server.requests.single().body shouldBe """{"data":{"span_id":"s","note":"x"}}"""
            }
        }

        test("the version is asked for once, and not when an answer has told it") {
            val asked = server("20.0.0")
            asked.client().apply {
                repeat(3) { spans.addSpanAnnotation("s", "a", score = 1.0) }
                withOptions {}.spans.addSpanAnnotation("s", "a", score = 1.0)
            }
            asked.versionRequests.size shouldBe 1

            val told = server("20.0.0")
            told.client().apply {
                projects.listPage()
                spans.addSpanAnnotation("s", "a", score = 1.0)
                serverVersion() shouldBe ServerVersion(20)
            }
            told.versionRequests.shouldBeEmpty()
        }

        test("the version is asked for once, however many calls begin together") {
            for (version in listOf("20.0.0", null)) {
                val server = server(version)
                val client = server.client()
                withTimeout(120_000) {
                    coroutineScope {
                        List(50) {
                                async { client.spans.addSpanAnnotation("s$it", "a", score = 1.0) }
                            }
                            .awaitAll()
                    }
                }
                server.requests.size shouldBe 50
                server.versionRequests.size shouldBe 1
            }
        }

        test("an upgrade of the server is noticed") {
            var version = "15.0.0"
            val server = MockPhoenix("15.0.0") { answerFor(it, version) }
            val client = server.client()
            shouldThrow<PhoenixException.ServerTooOld> {
                client.spans.deleteSpanAnnotations("p", DeleteAll)
            }
            version = "15.4.0"
            client.projects.listPage()
            client.spans.deleteSpanAnnotations("p", DeleteAll)
        }

        test("a route that an old server lacks is explained by its version") {
            for (answer in
                listOf(
                    Answer(200, "<html>", "text/html", version = "12.0.0"),
                    Answer(405, "Method Not Allowed", version = "12.0.0"),
                    Answer(404, "Not Found", version = "12.0.0"),
                )) {
                val server = MockPhoenix { answer }
                shouldThrow<PhoenixException.ServerTooOld> {
                        server.client().annotationConfigs.listPage("p")
                    }
                    .actual shouldBe ServerVersion(12)
            }
        }

        listOf(
                Answer(404, "404 page not found", version = null),
                Answer(502, "502 Bad Gateway", version = null),
                Answer(200, "<html>20.0.0</html>", "text/html", version = null),
                Answer(200, "OK", version = null),
                Answer(401, "401 Unauthorized", version = null),
            )
            .forEach { answer ->
                test("\"${answer.body}\" with status ${answer.status} is no version") {
                    val server = MockPhoenix(versionAnswer = answer)
                    server.client { retry { maxAttempts = 1 } }.serverVersion().shouldBeNull()
                }
            }

        listOf(
                Answer(401, "401 Unauthorized", version = null),
                Answer(200, "<html>Sign in</html>", "text/html", version = null),
                Answer(503, "busy", version = null),
            )
            .forEach { answer ->
                test("after \"${answer.body}\" the version is asked for again") {
                    val server = MockPhoenix(versionAnswer = answer)
                    val client = server.client { retry { maxAttempts = 1 } }
                    client.serverVersion().shouldBeNull()
                    server.versionAnswer = Answer(body = "20.0.0", version = null)
                    client.serverVersion() shouldBe ServerVersion(20)
                    server.versionRequests.size shouldBe 2
                }
            }

        test("a server that has no version to tell is not asked again") {
            val server = server(null)
            val client = server.client()
            repeat(2) { client.serverVersion().shouldBeNull() }
            server.versionRequests.size shouldBe 1
        }

        listOf(
                "v20.3" to "20.3.0",
                "14.0.0rc1" to "14.0.0",
                " 20.26.1\n" to "20.26.1",
                "20" to "20.0.0",
                "x" to null,
                "" to null,
            )
            .forEach { (text, version) ->
                test("\"${text.trim()}\" is read as $version") {
                    ServerVersion.parse(text)?.toString() shouldBe version
                }
            }
    })
