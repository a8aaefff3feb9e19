package io.github.phoenixkt.internal

import io.github.phoenixkt.PhoenixException
import java.util.concurrent.atomic.AtomicReference
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.listener")

/**
 * A [listener] of the caller's, or none, which must cost nothing when it fails: that is logged the
 * first time, and it goes on being called.
 */
@InternalPhoenixApi
public class GuardedListener<L : Any>(private val what: String, private val listener: L?) {
    private val failure = AtomicReference<Throwable>()

    /** Whether there is anybody to tell. */
    internal val present: Boolean
        get() = listener != null

    /** A sentence on the first failure, or null while there is none. */
    internal fun remark(): String? =
        failure.get()?.let {
            "The $what failed, which changed nothing else; it went on being called. ${it.asReason()}"
        }

    /** Calls the listener, if there is one, and keeps what it throws. */
    public fun tell(event: (L) -> Unit) {
        if (listener == null) return
        try {
            event(listener)
        } catch (e: VirtualMachineError) {
            throw e
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            // A missing class, too: metrics are no reason to lose a row.
            if (failure.compareAndSet(null, e))
                logger.warn("The $what failed and goes on being called", e)
        }
    }
}

private const val LONGEST_REASON = 300

/** For a remark, on one line. Ours speak for themselves; others need the name of their class. */
internal fun Throwable.asReason(): String {
    if (this is PhoenixException) return message.orEmpty()
    val said = message?.lineSequence()?.first()?.forMessage(LONGEST_REASON)
    return listOfNotNull(javaClass.name.substringAfterLast('.'), said).joinToString(": ")
}
