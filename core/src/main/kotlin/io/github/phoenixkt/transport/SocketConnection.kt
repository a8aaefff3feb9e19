package io.github.phoenixkt.transport

import java.io.IOException
import java.net.Socket
import java.nio.ByteBuffer
import java.util.concurrent.Executor
import java.util.concurrent.FutureTask

/** What is shorter than this fits the buffers on the way, even when the server reads nothing. */
private const val ALWAYS_TAKEN = 64 * 1024

/**
 * A connection that is ready for a request, one at a time, blocking.
 *
 * @param raw what is closed, and [secured] the same or the TLS on top of it
 * @property isForwarded whether a proxy reads the request, and passes it on
 */
internal class SocketConnection(
    private val raw: Socket,
    private val secured: Socket,
    val isForwarded: Boolean,
    replyLimit: Int,
) {
    private val answers = AnswerReader(secured.getInputStream(), replyLimit)

    /** @param threads for a [body] that the server may refuse before it has read it */
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

    /** Also a server that refuses a request may close the connection before it has all of it. */
    private fun readEarlyAnswer(): SocketAnswer? =
        try {
            answers.readAnswer().lastOfConnection()
        } catch (_: IOException) {
            null
        }

    /**
     * A server that does not read on, and keeps the connection open, would block who only writes.
     */
    private fun exchangeAtOnce(head: ByteArray, body: ByteArray, threads: Executor): SocketAnswer {
        val writing =
            FutureTask<Unit> {
                write(head)
                write(body)
            }
        threads.execute(writing)
        val answer = answers.readAnswer()
        return if (writing.isDone) answer else answer.lastOfConnection()
    }

    private fun write(bytes: ByteArray) {
        secured.getOutputStream().run {
            write(bytes)
            flush()
        }
    }

    /** Whether nothing has come since the last answer, not even the end of the connection. */
    fun isQuiet(): Boolean {
        // Only a proxy that speaks SOCKS has a socket without one.
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

    /** Not through TLS, which would wait for the thread that reads. */
    fun close() {
        try {
            raw.close()
        } catch (_: IOException) {
            // It is of no use any more in any case.
        }
    }
}
