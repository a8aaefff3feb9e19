package io.github.phoenixkt.upload

import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.asReason
import io.github.phoenixkt.transport.causesOf
import java.io.InterruptedIOException
import java.net.SocketTimeoutException
import java.nio.channels.ClosedByInterruptException
import java.nio.channels.FileLockInterruptionException
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.cancellation.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.upload")
private const val ROWS_AHEAD = 64

/**
 * The rows of a stream on their way to an upload. Each row that the stream hands over is received
 * from [rows], or returned by [stop].
 */
internal class RowSource(
    scope: CoroutineScope,
    stream: Flow<AnnotationData>,
    rowsAhead: Int,
) {
    private val reader = stream as? ReaderFlow
    private val notReceived = ConcurrentLinkedQueue<AnnotationData>()
    private val channel = Channel<AnnotationData>(rowsAhead) { notReceived += it }

    /**
     * What the stream threw, even after [stop]; not how it was made to end. The rows before it are
     * received all the same.
     */
    @Volatile
    var failure: Throwable? = null
        private set

    val rows: ReceiveChannel<AnnotationData>
        get() = channel

    private val producer =
        scope.launch(reader?.context ?: EmptyCoroutineContext) {
            try {
                (reader?.rows ?: stream).collect(channel::send)
            } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
                // An interrupt comes later than a cancellation, by stop or by the caller.
                if (isActive) failure = e
                else
                    e.ofStream()?.let {
                        failure = it
                        logger.warn(
                            "A stream of annotations failed when it was ended: {}",
                            it.asReason(),
                        )
                    }
            } finally {
                channel.close()
            }
        }

    /** Ends the stream, and waits for it. Returns the rows that nobody has received. */
    suspend fun stop(): Collection<AnnotationData> =
        withContext(NonCancellable) {
            producer.cancel()
            channel.cancel()
            if (!producer.isCompleted) reader?.interrupt?.run()
            producer.join()
            notReceived
        }
}

/**
 * What a stream that was ended has thrown itself: neither the cancellation nor the interrupt, but
 * for instance that its file cannot be closed. Null if there is nothing else.
 */
private fun Throwable.ofStream(): Throwable? {
    if (this is CancellationException) return null
    val causes = causesOf(this)
    if (causes.none(::isInterrupt)) return this
    return causes
        .flatMap { it.suppressed.asList() }
        .firstOrNull { it !is CancellationException && causesOf(it).none(::isInterrupt) }
}

private fun isInterrupt(failure: Throwable) =
    when (failure) {
        // Of a socket whose time is over.
        is SocketTimeoutException -> false
        is InterruptedException,
        is InterruptedIOException,
        is ClosedByInterruptException,
        is FileLockInterruptionException -> true
        else -> false
    }

/**
 * A flow that is read in a context of its own, for instance on a thread that may block.
 *
 * It does not buffer rows: if an upload ends early, it knows of each that was read.
 *
 * @property interrupt makes a blocked reader return, if it can
 */
@InternalPhoenixApi
public class ReaderFlow(
    internal val rows: Flow<AnnotationData>,
    internal val context: CoroutineContext,
    internal val interrupt: Runnable,
) : Flow<AnnotationData> {
    /** For a decorator of the client that passes on another flow made of this one. */
    override suspend fun collect(collector: FlowCollector<AnnotationData>): Unit = coroutineScope {
        val source = RowSource(this, this@ReaderFlow, ROWS_AHEAD)
        try {
            for (row in source.rows) collector.emit(row)
        } finally {
            source.stop()
        }
        source.failure?.let { throw it }
    }
}
