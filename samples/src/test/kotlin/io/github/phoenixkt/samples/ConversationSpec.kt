package io.github.phoenixkt.samples

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration.Companion.milliseconds

class ConversationSpec :
    FunSpec({
        test("a Phoenix that stores no spans in time is told in a sentence") {
            FakePhoenix.start().use { fake ->
                PhoenixClient {
                    environment = PhoenixEnvironment.empty()
                    endpoint = fake.endpoint().toString()
                }
                    .use { client ->
                        shouldThrow<SpansNotStoredException> {
                                recordConversation(client, "slow", patience = 0.milliseconds)
                            }
                            .message shouldContain "has not stored all of them within 0s"
                    }
            }
        }
    })
