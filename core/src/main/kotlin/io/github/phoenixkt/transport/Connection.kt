package io.github.phoenixkt.transport

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.internal.GuardedListener
import io.ktor.client.HttpClient
import io.ktor.client.engine.HttpClientEngine
import io.ktor.client.plugins.HttpTimeout
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.isActive
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.withTimeoutOrNull

/**
 * What all views of one client share: the HTTP client, the life of the client, and what is known of
 * the server.
 */
internal class Connection(settings: PhoenixSettings) : AutoCloseable {
    private val ownEngine: HttpClientEngine? =
        if (settings.engine == null) defaultEngine(settings) else null
    private val lifetime = Job()
    private val closing = AtomicBoolean()
    private val closed = AtomicBoolean()
    private val drained = ConcurrentHashMap.newKeySet<Drained>()

    val http: HttpClient =
        HttpClient((ownEngine ?: checkNotNull(settings.engine)).within(exchangeContext)) {
            // A redirect means a wrong endpoint, and must not carry the key elsewhere.
            followRedirects = false
            expectSuccess = false
            install(HttpTimeout) { connectTimeoutMillis = settings.timeouts.connect.toMillis() }
        }

    val listener: GuardedListener<PhoenixListener> =
        GuardedListener("listener of the client", settings.listener)

    @Volatile var version: ServerVersion? = null

    /** Whether an answer carried Phoenix's version: one that does not is then not Phoenix's. */
    @Volatile var knowsPhoenix: Boolean = false

    /** Whether a request has succeeded, so that the endpoint is right. */
    @Volatile var hasAnswered: Boolean = false

    /** One for each request under way. */
    val slots: Semaphore = Semaphore(settings.maxConcurrentCalls)

    /** Held while the server is asked for its version, so that it is asked once. */
    val versionTurn: Semaphore = Semaphore(1)

    @Volatile var versionAsked: Boolean = false

    /** What the server said instead of its version, for calls that cannot do without. */
    @Volatile var versionRefusal: (() -> PhoenixException)? = null

    /**
     * Runs [block] and ends it with an [IllegalStateException] when the client is closed meanwhile.
     */
    suspend fun <T> whileOpen(block: suspend () -> T): T = coroutineScope {
        // At once, and not by the cancellation below, which the work may get ahead of.
        check(!closed.get()) { CLOSED }
        val work = async { block() }
        val onClose = lifetime.invokeOnCompletion { work.cancel() }
        try {
            work.await()
        } catch (e: CancellationException) {
            if (isActive && closed.get()) throw IllegalStateException(CLOSED, e)
            throw e
        } finally {
            onClose.dispose()
        }
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

    override fun close() {
        if (!closing.compareAndSet(false, true)) return
        // All of them have begun before the first is waited for.
        drained.onEach(Drained::beginToClose).forEach(Drained::awaitClosed)
        closed.set(true)
        lifetime.cancel()
        http.close()
        ownEngine?.close()
        ownEngine?.coroutineContext?.get(Job)?.let(::awaitBriefly)
    }

    /**
     * An engine ends in the background. Plugins and application servers unload our classes after
     * closing; by then the engine must have ended.
     */
    private fun awaitBriefly(engine: Job) {
        val ended = CountDownLatch(1)
        engine.invokeOnCompletion { ended.countDown() }
        try {
            ended.await(LONGEST_CLOSE_MILLIS, TimeUnit.MILLISECONDS)
        } catch (_: InterruptedException) {
            // Only the wait is cut short. Java expects no checked exception here, and a caller that
            // closes because of an interrupt still needs the flag.
            Thread.currentThread().interrupt()
        }
    }

    private companion object {
        const val LONGEST_CLOSE_MILLIS = 1_000L
        const val CLOSED = "The Phoenix client is closed."
    }
}

/** Work in the background that ends within a bounded time when the client is closed. */
internal interface Drained {
    fun beginToClose()

    fun awaitClosed()
}

/** What [block] gives, or null when its turn has not come after [timeLeft]. */
internal suspend fun <T : Any> Semaphore.inTurn(timeLeft: Duration, block: suspend () -> T): T? {
    // Noted at once: the time can be over in the moment in which the turn comes.
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
