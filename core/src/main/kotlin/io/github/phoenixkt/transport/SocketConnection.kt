package io.github.phoenixkt.transport

import java.io.IOException
import java.net.Socket
import java.nio.ByteBuffer
import java.util.concurrent.Executor

/** So much fits into the buffers on the way, even if the server reads nothing. */
private const val ALWAYS_TAKEN = 64 * 1024

/**
 * An open connection, for one request at a time. Its calls block.
 *
 * @param raw the TCP connection
 * @param secured TLS on top of it, or the same
 * @property isForwarded whether a proxy reads the requests and forwards them
 */
internal class SocketConnection(
    private val raw: Socket,
    private val secured: Socket,
    val isForwarded: Boolean,
    replyLimit: Int,
) {
    private val answers = AnswerReader(secured.getInputStream(), replyLimit)

    /**
     * @param threads to write a long [body] on, which the server may refuse before it has read it
     */
    fun exchange(head: ByteArray, body: ByteArray?, threads: Executor): SocketAnswer =
        if (body == null || body.size <= ALWAYS_TAKEN) exchangeInTurn(head, body)
        else exchangeAtOnce(head, body, threads)

    private fun exchangeInTurn(head: ByteArray, body: ByteArray?): SocketAnswer {
        try {
            write(if (body == null) head else head + body)
        } catch (e: IOException) {
            return readEarlyAnswer() ?: throw e
        }
        return answers.readAnswer()
    }

    /** A server may refuse a request and close the connection before it has read all of it. */
    private fun readEarlyAnswer(): SocketAnswer? =
        try {
            answers.readAnswer().lastOfConnection()
        } catch (_: IOException) {
            null
        }

    /**
     * Reads while another thread writes. A server may refuse the body, keep the connection open and
     * read no further; then writing never ends.
     */
    private fun exchangeAtOnce(head: ByteArray, body: ByteArray, threads: Executor): SocketAnswer {
        val writing = Writing(head, body)
        threads.start(writing)
        val answer =
            try {
                answers.readAnswer()
            } catch (e: IOException) {
                throw writing.failure ?: e
            }
        return if (writing.isWhole) answer else answer.lastOfConnection()
    }

    private inner class Writing(private val head: ByteArray, private val body: ByteArray) :
        Runnable {
        @Volatile
        var isWhole = false
            private set

        @Volatile
        var failure: Throwable? = null
            private set

        override fun run() {
            try {
                write(head)
                write(body)
                isWhole = true
            } catch (e: IOException) {
                // The connection is broken, but an early answer may still be in it.
                failure = e
            } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
                // The connection is not broken. Without its end, the other thread would go on
                // waiting for the answer to a request that the server never gets.
                failure = e
                close()
            }
        }
    }

    private fun write(bytes: ByteArray) {
        secured.getOutputStream().run {
            write(bytes)
            flush()
        }
    }

    /**
     * Whether the server has sent nothing since the last response and has not closed the
     * connection.
     */
    fun isQuiet(): Boolean {
        // Sockets of a SOCKS proxy have none.
        val channel = raw.channel ?: return false
        return try {
            channel.configureBlocking(false)
            val isQuiet = channel.read(ByteBuffer.allocate(1)) == 0
            channel.configureBlocking(true)
            isQuiet
        } catch (_: IOException) {
            false
        }
    }

    /** Bypasses TLS, which would wait for the reading thread. */
    fun close() {
        try {
            raw.close()
        } catch (_: IOException) {
            // It is not used any more.
        }
    }
}
