package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.internal.GuardedListener
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.withTimeoutOrNull

/**
 * What all views of a client share: the engine, whether the client is open, and what is known about
 * the server.
 */
internal class Connection(settings: PhoenixSettings) : AutoCloseable {
    private val lifetime = Job()
    private val closing = AtomicBoolean()
    private val closed = AtomicBoolean()

    /** The thread that closes this, if it is being closed. */
    @Volatile private var closer: Thread? = null
    private val ended = CountDownLatch(1)
    private val drained = ConcurrentHashMap.newKeySet<Drained>()

    val engine: Engine =
        settings.engine?.let { KtorEngine(it, settings) }
            ?: SocketEngine(SocketRoute(settings), mostIdle = settings.maxConcurrentCalls)

    val listener: GuardedListener<PhoenixListener> =
        GuardedListener("listener of the client", settings.listener)

    @Volatile var version: ServerVersion? = null

    /** The header that [version] was parsed from. Nearly every response repeats it. */
    @Volatile private var versionText: String? = null

    /**
     * Whether a response had Phoenix's version header. If so, responses without it are not
     * Phoenix's.
     */
    @Volatile var knowsPhoenix: Boolean = false

    /** Whether a request has succeeded, which means that the endpoint is right. */
    @Volatile var hasAnswered: Boolean = false

    /** One for each request under way. */
    val slots: Semaphore = Semaphore(settings.maxConcurrentCalls)

    /** Held during the request for the version, so that there is only one. */
    val versionTurn: Semaphore = Semaphore(1)

    @Volatile var versionAsked: Boolean = false

    /** The error for calls that need the version, if the server refused to tell it. */
    @Volatile var versionRefusal: (() -> PhoenixException)? = null

    /**
     * Runs [block]. If the client is closed meanwhile, [block] is cancelled and this throws an
     * [IllegalStateException]. Then the result is lost, even if [block] has ended: what must be
     * closed or given back has to be kept elsewhere.
     */
    suspend fun <T> whileOpen(block: suspend () -> T): T {
        // The cancellation below may come after the block has begun.
        check(!closed.get()) { CLOSED }
        try {
            return coroutineScope {
                val onClose = lifetime.invokeOnCompletion { cancel() }
                try {
                    block()
                } finally {
                    onClose.dispose()
                }
            }
        } catch (e: CancellationException) {
            if (currentCoroutineContext().isActive && closed.get())
                throw IllegalStateException(CLOSED, e)
            throw e
        }
    }

    /** Takes note of the version header of a response. */
    fun noteVersion(header: String) {
        knowsPhoenix = true
        if (header == versionText) return
        ServerVersion.parse(header)?.let { version = it }
        versionText = header
    }

    val isClosed: Boolean
        get() = closed.get()

    /** [work] goes on until the client is closed, and is given time then to come to its end. */
    fun drainBeforeClose(work: Drained) {
        drained += work
        // By another thread, which may have missed this one.
        if (closing.get()) work.beginToClose()
    }

    fun drained(work: Drained) {
        drained -= work
    }

    /** Does not wait if a listener closes the client whose queue waits for that listener. */
    override fun close() {
        if (!closing.compareAndSet(false, true)) return awaitEnd()
        var endsElsewhere = false
        try {
            closer = Thread.currentThread()
            // All of them have begun before the first is waited for.
            val works = drained.onEach(Drained::beginToClose)
            if (works.none { it.isTellingHere }) end()
            else {
                thread(isDaemon = true, name = "phoenix-client-close", block = ::end)
                endsElsewhere = true
            }
        } finally {
            if (!endsElsewhere) ended.countDown()
        }
    }

    private fun end() {
        closer = Thread.currentThread()
        try {
            drained.forEach(Drained::awaitClosed)
            closed.set(true)
            lifetime.cancel()
            engine.close()
        } finally {
            ended.countDown()
        }
    }

    /** Waits for another thread that closes this, unless that may wait for this thread. */
    private fun awaitEnd() {
        val isAwaited =
            closer === Thread.currentThread() ||
                listener.isToldHere ||
                drained.any(Drained::isTellingHere)
        if (isAwaited) return
        try {
            ended.await()
        } catch (_: InterruptedException) {
            Thread.currentThread().interrupt()
        }
    }

    private companion object {
        const val CLOSED = "The Phoenix client is closed."
    }
}

/** Work in the background that ends within a bounded time when the client is closed. */
internal interface Drained {
    /** Whether this thread is calling a listener that the end of the work may wait for. */
    val isTellingHere: Boolean

    fun beginToClose()

    fun awaitClosed()
}

/** The result of [block], or null if its turn did not come within [timeLeft]. */
internal suspend fun <T : Any> Semaphore.inTurn(timeLeft: Duration, block: suspend () -> T?): T? {
    // Set right after acquire: the timeout may strike just after it.
    var hasTurn = tryAcquire()
    try {
        if (!hasTurn)
            withTimeoutOrNull(timeLeft.toKotlinDuration()) {
                acquire()
                hasTurn = true
            }
        return if (hasTurn) block() else null
    } finally {
        if (hasTurn) release()
    }
}
