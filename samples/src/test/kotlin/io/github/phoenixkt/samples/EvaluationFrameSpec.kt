package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeTargetKind
import io.github.phoenixkt.testing.Fault
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream

/** What [block] prints. */
private suspend fun printed(block: suspend () -> Unit): String {
    val (before, bytes) = System.out to ByteArrayOutputStream()
    System.setOut(PrintStream(bytes, true, Charsets.UTF_8))
    try {
        block()
    } finally {
        System.setOut(before)
    }
    return bytes.toString(Charsets.UTF_8)
}

class EvaluationFrameSpec :
    FunSpec({
        test("the frame of evaluations is stored but for four rows, which are shown") {
            FakePhoenix.start().use { fake ->
                PhoenixClient {
                    environment = PhoenixEnvironment.empty()
                    endpoint = fake.endpoint().toString()
                }
                    .use { client ->
                        val conversation = recordConversation(client, "frame")
                        val text = printed { uploadEvaluations(client, conversation, "frame") }
                        text shouldContain
                            "250 rows: 246 Stored, 2 Skipped, 1 MissingTarget, 1 Superseded"
                        text.lines().filter { it.startsWith("  ") } shouldHaveSize 4
                        text shouldContain "run-20: Skipped score is not a number (it is \"high\")"
                        text shouldContain "00000000deadbeef run-30: MissingTarget"
                        fake.annotations(FakeTargetKind.SPAN) shouldHaveSize 246
                    }
            }
        }

        test("an upload that ends otherwise is told, not passed over") {
            FakePhoenix.start().use { fake ->
                PhoenixClient {
                    environment = PhoenixEnvironment.empty()
                    endpoint = fake.endpoint().toString()
                }
                    .use { client ->
                        val conversation = recordConversation(client, "frame")
                        fake.failNext(Fault.status(507))
                        shouldThrow<IllegalStateException> {
                                uploadEvaluations(client, conversation, "frame")
                            }
                            .message shouldContain "was expected"
                    }
            }
        }
    })
