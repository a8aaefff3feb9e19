package io.github.phoenixkt.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.channels.SocketChannel
import java.security.ProviderException
import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withTimeout

/** Reads from [raw]. Writing fails, as TLS may for want of memory, or in a provider's code. */
private class UnwritableSocket(private val raw: Socket, private val failure: Throwable) : Socket() {
    override fun getInputStream(): InputStream = raw.getInputStream()

    override fun getOutputStream(): OutputStream =
        object : OutputStream() {
            override fun write(byte: Int) = throw failure
        }
}

/** A long body is written by a thread of its own. Another one waits for the answer. */
class FailedWritingSpec :
    FunSpec({
        listOf(OutOfMemoryError("Java heap space"), ProviderException("token removed")).forEach {
            failure ->
            test("$failure while a long body is written ends the wait for its answer") {
                val threads = Executors.newCachedThreadPool()
                ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { server ->
                    val address = InetSocketAddress(server.inetAddress, server.localPort)
                    // Of a channel, so that the reading can be interrupted.
                    SocketChannel.open(address).socket().use { raw ->
                        val connection =
                            SocketConnection(
                                raw,
                                UnwritableSocket(raw, failure),
                                isForwarded = false,
                                replyLimit = 1_000,
                            )
                        shouldThrow<Throwable> {
                            withTimeout(30.seconds) {
                                runInterruptible(Dispatchers.IO) {
                                    connection.exchange(ByteArray(100), ByteArray(100_000), threads)
                                }
                            }
                        } shouldBe failure
                    }
                }
                threads.shutdownNow()
            }
        }
    })
