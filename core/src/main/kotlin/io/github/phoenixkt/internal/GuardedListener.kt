package io.github.phoenixkt.internal

import io.github.phoenixkt.PhoenixException
import java.util.concurrent.atomic.AtomicReference
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.listener")

/**
 * Calls a [listener] of the application, if there is one. An exception of the listener must not
 * affect anything else: the first is logged, and the listener is called again for the next event.
 */
@InternalPhoenixApi
public class GuardedListener<L : Any>(private val what: String, private val listener: L?) {
    private val failure = AtomicReference<Throwable>()
    private val tellingHere = ThreadLocal<Boolean>()

    /** Whether there is a listener. */
    internal val present: Boolean
        get() = listener != null

    /**
     * Whether the listener is being called on this thread: what waits for it would wait forever.
     */
    internal val isToldHere: Boolean
        get() = tellingHere.get() == true

    /** A sentence about the first exception, or null if there was none. */
    internal fun remark(): String? =
        failure.get()?.let {
            "The $what threw an exception, which had no effect on the rows. ${it.asReason()}"
        }

    /** Calls the listener, if there is one, and catches what it throws. */
    public fun tell(event: (L) -> Unit) {
        if (listener == null) return
        val outer = isToldHere
        try {
            tellingHere.set(true)
            event(listener)
        } catch (e: VirtualMachineError) {
            throw e
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            // Errors such as a missing class too: metrics must not cost a row.
            if (failure.compareAndSet(null, e))
                logger.warn(
                    "The $what threw an exception; it is called again for the next event",
                    e,
                )
        } finally {
            if (!outer) tellingHere.remove()
        }
    }
}

private const val LONGEST_REASON = 300

/** A reason for a remark, on one line. Other exceptions than ours need the name of their class. */
internal fun Throwable.asReason(): String {
    if (this is PhoenixException) return message.orEmpty()
    val said = message?.lineSequence()?.first()?.forMessage(LONGEST_REASON)
    return listOfNotNull(javaClass.name.substringAfterLast('.'), said).joinToString(": ")
}
