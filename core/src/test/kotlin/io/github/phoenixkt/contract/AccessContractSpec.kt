package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.DeleteAll
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.flow.toList

/** A server with authentication, and a credential for each role. */
interface GuardedServer {
    val endpoint: String
    val adminSecret: String
    val memberKey: String
    val viewerKey: String
    val missing: String?
        get() = null
}

class FakeGuardedServer : GuardedServer {
    override val adminSecret = "admin-secret-for-tests-0123456789"
    override val memberKey = "member-key-for-tests"
    override val viewerKey = "viewer-key-for-tests"
    private val phoenix by lazy {
        FakePhoenix.builder().auth(adminSecret, memberKey, viewerKey).start()
    }
    override val endpoint: String
        get() = phoenix.endpoint().toString()
}

class RealGuardedServer : GuardedServer {
    private val real = RealServer(RealPhoenix.AUTHENTICATED)
    override val endpoint: String
        get() = real.endpoint

    override val adminSecret: String
        get() = RealPhoenix.secret("ADMIN_SECRET")

    override val memberKey: String
        get() = RealPhoenix.secret("MEMBER_KEY")

    override val viewerKey: String
        get() = RealPhoenix.secret("VIEWER_KEY")

    override val missing: String?
        get() = real.missing
}

/** What the client promises about keys and roles, on one server. */
abstract class AccessContractSpec(server: GuardedServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })

        suspend fun clientOf(key: String?, block: suspend PhoenixClient.() -> Unit) {
            contractClient(server.endpoint, key).use { it.block() }
        }

        test("a member writes and reads, and the annotation carries the user") {
            clientOf(server.memberKey) {
                val talk = Conversation().record(this)
                spans.addSpanAnnotation(talk.llmSpan, "tone", label = "calm", sync = true)
                spans
                    .getSpanAnnotations(listOf(talk.llmSpan), project = talk.project)
                    .toList()
                    .single()
                    .userId
                    .shouldNotBeNull()
            }
        }

        test("without a key, and with a wrong one, the error says which and what to do") {
            clientOf(null) {
                shouldThrow<PhoenixException.Unauthorized> { projects.list().toList() }
                    .message shouldContain "set PHOENIX_API_KEY"
                shouldThrow<PhoenixException.Unauthorized> {
                    spans.addSpanAnnotation(newSpanId(), "tone", label = "calm")
                }
            }
            val wrong = "wrong-key-0123456789"
            clientOf(wrong) {
                val message =
                    shouldThrow<PhoenixException.Unauthorized> { projects.list().toList() }
                        .message
                        .shouldNotBeNull()
                message shouldContain "expired"
                message shouldNotContain wrong
            }
        }

        test("an api_key header alone is not enough, and the error says so") {
            val client = PhoenixClient {
                environment =
                    PhoenixEnvironment(
                        mapOf("PHOENIX_CLIENT_HEADERS" to "api_key=${server.memberKey}")
                    )
                endpoint = server.endpoint
            }
            client.use {
                val message =
                    shouldThrow<PhoenixException.Unauthorized> { it.projects.list().toList() }
                        .message
                        .shouldNotBeNull()
                message shouldContain "Only an api_key header was sent"
                message shouldNotContain server.memberKey
            }
        }

        test("a viewer reads and may not write") {
            clientOf(server.viewerKey) {
                projects.get("default").name shouldBe "default"
                shouldThrow<PhoenixException.Forbidden> {
                        spans.addSpanAnnotation(newSpanId(), "tone", label = "calm", sync = true)
                    }
                    .message shouldContain "viewer"
                shouldThrow<PhoenixException.Forbidden> { spans.addSpanNote(newSpanId(), "a note") }
                shouldThrow<PhoenixException.Forbidden> {
                    annotationConfigs.create(freeformAnnotationConfig(unique("why")))
                }
                shouldThrow<PhoenixException.UploadException> {
                        spans.logSpanAnnotations(
                            listOf(SpanAnnotationData(newSpanId(), "tone", label = "calm"))
                        )
                    }
                    .status shouldBe 403
            }
        }

        test("a member deletes only rows of its own; an admin deletes all") {
            lateinit var talk: Conversation
            clientOf(server.adminSecret) {
                talk = Conversation().record(this)
                spans.addSpanAnnotation(
                    talk.llmSpan,
                    "tone",
                    label = "calm",
                    identifier = "admin",
                    sync = true,
                )
            }
            clientOf(server.memberKey) {
                spans.addSpanAnnotation(
                    talk.llmSpan,
                    "tone",
                    label = "calm",
                    identifier = "member",
                    sync = true,
                )
                spans.deleteSpanAnnotations(talk.project, DeleteAll)
                spans
                    .getSpanAnnotations(listOf(talk.llmSpan), project = talk.project)
                    .toList()
                    .map { it.identifier } shouldBe listOf("admin")
                shouldThrow<PhoenixException.Forbidden> { projects.delete(talk.project) }
            }
            clientOf(server.adminSecret) {
                spans.deleteSpanAnnotations(talk.project, DeleteAll)
                spans
                    .getSpanAnnotations(listOf(talk.llmSpan), project = talk.project)
                    .toList() shouldHaveSize 0
                projects.delete(talk.project)
            }
        }
    })

class FakeAccessContractSpec : AccessContractSpec(FakeGuardedServer())

class RealAccessContractSpec : AccessContractSpec(RealGuardedServer())
