package io.github.phoenixkt.transport

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.ids
import io.github.phoenixkt.queue.AnnotationQueueListener
import io.github.phoenixkt.queue.QueueOutcome
import io.github.phoenixkt.queue.QueueState
import io.github.phoenixkt.queue.QueueStatus
import io.github.phoenixkt.upload.row
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread

/** A client whose queue calls [onOutcome] once its close has begun. */
private class Closing(
    told: PhoenixListener? = null,
    private val onOutcome: (PhoenixClient) -> Unit,
) {
    private val isBeingTold = CountDownLatch(1)
    private val hasBegun = CountDownLatch(1)
    val client = MockPhoenix { ids("id") }.client { listener = told }
    private val queue = client.annotationQueue {
        closeTimeout = Duration.ofMinutes(1)
        listener =
            object : AnnotationQueueListener {
                override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                    isBeingTold.countDown()
                    hasBegun.await()
                    onOutcome(client)
                }
            }
    }

    /** Closes the client on a thread of its own. */
    fun begin(afterwards: () -> Unit = {}): Thread {
        queue.offer(row(0))
        isBeingTold.await()
        val closer = thread {
            client.close()
            afterwards()
        }
        while (queue.state.status != QueueStatus.CLOSED) Thread.onSpinWait()
        hasBegun.countDown()
        return closer
    }
}

/** Only a client that is closed refuses that. */
private fun PhoenixClient.isClosed(): Boolean = runCatching { annotationQueue() }.isFailure

/** Closing a client that another thread is closing. */
class SecondCloseSpec :
    FunSpec({
        test("it waits until the client is closed") {
            val gate = CountDownLatch(1)
            val closing = Closing { gate.await() }
            val first = closing.begin()
            var wasClosed = false
            val second = thread {
                // Also through a view.
                closing.client.withOptions {}.close()
                wasClosed = closing.client.isClosed()
            }
            while (second.state != Thread.State.WAITING && second.isAlive) Thread.onSpinWait()
            gate.countDown()
            second.join()
            first.join()
            wasClosed shouldBe true
        }

        test("an interrupt ends the wait") {
            val gate = CountDownLatch(1)
            val closing = Closing { gate.await() }
            val first = closing.begin()
            var isInterrupted = false
            val second = thread {
                closing.client.close()
                isInterrupted = Thread.interrupted()
            }
            second.interrupt()
            second.join()
            gate.countDown()
            first.join()
            isInterrupted shouldBe true
        }

        test("a listener of the queue that closes the client does not wait for itself") {
            val order = CopyOnWriteArrayList<String>()
            val closing = Closing {
                it.close()
                order += "listener"
            }
            closing.begin { order += "closer" }.join()
            order shouldBe listOf("listener", "closer")
        }

        test("a listener of the client that closes it at its end does not wait for itself") {
            val order = CopyOnWriteArrayList<String>()
            lateinit var closing: Closing
            val told =
                object : PhoenixListener {
                    override fun onQueue(state: QueueState) {
                        if (state.status != QueueStatus.CLOSED) return
                        closing.client.close()
                        order += "listener"
                    }
                }
            closing = Closing(told) {}
            closing.begin { order += "closer" }.join()
            order shouldBe listOf("listener", "closer")
        }

        test("a client that a listener closes first is closed for the second that has waited") {
            val closing = CountDownLatch(1)
            val gate = CountDownLatch(1)
            val client = MockPhoenix { ids("id") }.client {}
            val queue = client.annotationQueue {
                closeTimeout = Duration.ofMinutes(1)
                listener =
                    object : AnnotationQueueListener {
                        override fun onOutcome(annotation: AnnotationData, outcome: QueueOutcome) {
                            client.close()
                            closing.countDown()
                            gate.await()
                        }
                    }
            }
            queue.offer(row(0))
            closing.await()
            var wasClosed = false
            val second = thread {
                client.close()
                wasClosed = client.isClosed()
            }
            while (second.state != Thread.State.WAITING && second.isAlive) Thread.onSpinWait()
            gate.countDown()
            second.join()
            wasClosed shouldBe true
        }
    })
