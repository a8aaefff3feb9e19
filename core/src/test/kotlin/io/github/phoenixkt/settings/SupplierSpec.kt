package io.github.phoenixkt.settings

import io.github.phoenixkt.MockPhoenix
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope

/** A key supplier that is itself cancelled or interrupted, and not its caller. */
class SupplierSpec :
    FunSpec({
        val failures =
            listOf(
                CancellationException("the vault was closed"),
                InterruptedException("stop"),
                NotImplementedError("not yet"),
                NoClassDefFoundError("vault/Client"),
            )

        failures.forEach { failure ->
            test("${failure.javaClass.simpleName} of the supplier fails a call, with its name") {
                val server = MockPhoenix()
                val client = server.client { apiKey { throw failure } }
                val seen = CompletableDeferred<Throwable>()
                supervisorScope {
                    launch(CoroutineExceptionHandler { _, e -> seen.complete(e) }) {
                            client.projects.get("p")
                        }
                        .join()
                }
                seen.isCompleted shouldBe true
                val error = seen.await()
                (error is CancellationException) shouldBe false
                error.message shouldContain "apiKey supplier"
                generateSequence(error) { it.cause }.last() shouldBeSameInstanceAs failure
                server.requests.shouldBeEmpty()
            }

            test("${failure.javaClass.simpleName} of the supplier does not end a list quietly") {
                val client = MockPhoenix().client { apiKey { throw failure } }
                shouldThrow<IllegalStateException> { client.projects.list().toList() }
                    .message shouldContain "apiKey supplier"
            }
        }
    })
