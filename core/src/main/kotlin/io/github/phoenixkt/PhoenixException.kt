package io.github.phoenixkt

import io.github.phoenixkt.annotations.noteHint
import io.github.phoenixkt.internal.LONGEST_MESSAGE
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import java.time.Duration

/**
 * What can go wrong between this client and a Phoenix server. The message says what happened, on
 * which route, what the server said and what to do; it holds no secret and no echo of what was
 * sent.
 *
 * Wrong arguments are [IllegalArgumentException] (before anything is sent) and a closed client is
 * an [IllegalStateException]; neither is a `PhoenixException`. The tree may grow: keep an `else`
 * branch.
 *
 * @property status the HTTP status of the answer, or null when there was none
 */
public sealed class PhoenixException(
    message: String,
    cause: Throwable? = null,
    public val status: Int? = null,
    mayHaveArrived: Boolean = false,
) : RuntimeException(message, cause) {
    private val ownMessage = message
    private var ofTheWholeCall: String? = null

    /**
     * Whether the server can have received the request and carried it out, in this attempt or an
     * earlier one of the same call. False means that nothing was done: no attempt reached a server,
     * or Phoenix refused the only one that did.
     *
     * A broken connection, a timeout and an answer that is not Phoenix's leave it open. So does
     * every 5xx but 507: a proxy gives those, too, after it has passed the request on. Phoenix does
     * nothing of what it answers with 400, 401, 403, 404, 409, 413, 422 or 507, and a proxy that
     * answers 413 or 429 has passed nothing on.
     */
    public var mayHaveArrived: Boolean = mayHaveArrived
        internal set

    /**
     * The identifier of the note that could not be added: the same call with this identifier stores
     * one note, whatever became of this one. Null elsewhere, and where the server knows no
     * identifiers of notes.
     */
    public var noteIdentifier: String? = null
        internal set

    /** How far a flow had come when this ended it; null elsewhere, and where it had not begun. */
    public var readProgress: ReadProgress? = null
        private set

    /** This ended a flow. Called by the flow itself, before anyone else sees the exception. */
    internal fun stopped(progress: ReadProgress) {
        readProgress = progress
    }

    override val message: String
        get() {
            val more =
                listOfNotNull(
                        ofTheWholeCall,
                        noteIdentifier?.let(::noteHint),
                        readProgress,
                    )
                    .joinToString("") { " $it" }
            return ownMessage.asMessage(LONGEST_MESSAGE - more.length) + more
        }

    /** Whether it was an earlier attempt that may have arrived, whatever is true of the last. */
    internal var earlierMayHaveArrived: Boolean = false
        private set

    /** What came of the last attempt does not undo the ones before it. */
    internal fun carryOverArrival() {
        earlierMayHaveArrived = true
        if (!mayHaveArrived) ofTheWholeCall = "An earlier attempt may have arrived."
        mayHaveArrived = true
    }

    /** This was a look-up that goes before the call; [question] says in a clause what it asks. */
    internal fun ofLookUp(question: String) {
        mayHaveArrived = false
        earlierMayHaveArrived = false
        ofTheWholeCall = "Nothing was sent yet: $question first."
    }

    /**
     * 400, 413 or 422: the server refused the request as it is. Sending it again gives the same
     * answer.
     *
     * @property fields which fields were refused and why, where the server says so
     */
    public class Rejected
    internal constructor(message: String, status: Int, public val fields: List<FieldError>) :
        PhoenixException(message, status = status)

    /** 400 on creating spans: nothing of the request was stored. */
    public class SpansRejected
    internal constructor(
        message: String,
        status: Int,
        /** Span ids that Phoenix has already; it keeps what it has. */
        public val duplicateSpanIds: List<String>,
        /** Span ids that Phoenix could not read, with its reason. */
        public val invalidSpans: Map<String, String>,
    ) : PhoenixException(message, status = status)

    /** 401: no key, a wrong key or an expired key. */
    public class Unauthorized internal constructor(message: String) :
        PhoenixException(message, status = 401)

    /** 403: the key is good but may not do this, or the whole server is read-only. */
    public class Forbidden internal constructor(message: String) :
        PhoenixException(message, status = 403)

    /**
     * 404: the server does not know the target.
     *
     * @property missingIds those of the ids that were sent which the server named as missing; empty
     *   when it named none
     */
    public class NotFound
    internal constructor(message: String, public val missingIds: List<String>) :
        PhoenixException(message, status = 404)

    /** 409, or a project or config that exists already. */
    public class Conflict internal constructor(message: String, status: Int) :
        PhoenixException(message, status = status)

    /** 507: Phoenix has run out of storage and takes no writes; reads and deletes still work. */
    public class StorageFull internal constructor(message: String) :
        PhoenixException(message, status = 507)

    /**
     * 429, still after all retries: a proxy in front of Phoenix limits the rate.
     *
     * @property retryAfter how long the proxy asks to wait; null when it does not say
     */
    public class RateLimited
    internal constructor(message: String, public val retryAfter: Duration? = null) :
        PhoenixException(message, status = 429)

    /** Any other 5xx, still after all retries where retrying was safe. */
    public class ServerError internal constructor(message: String, status: Int) :
        PhoenixException(message, status = status, mayHaveArrived = true)

    /**
     * No connection, or a connection that broke before the answer was complete; [mayHaveArrived]
     * tells them apart.
     */
    public class Unreachable
    internal constructor(message: String, cause: Throwable?, mayHaveArrived: Boolean) :
        PhoenixException(message, cause, mayHaveArrived = mayHaveArrived)

    /**
     * The request took longer than the time allowed for it, or the server said so with a 408. The
     * server may have carried it out all the same, see [mayHaveArrived].
     */
    public class Timeout
    internal constructor(
        message: String,
        status: Int? = null,
        mayHaveArrived: Boolean = true,
        /** Whether it was the server that did not answer, and not this client that waited. */
        internal val ofServer: Boolean = false,
    ) : PhoenixException(message, status = status, mayHaveArrived = mayHaveArrived)

    /**
     * The calling thread was interrupted while it waited (blocking Java form); its interrupt flag
     * is set again.
     */
    public class Interrupted(message: String, cause: Throwable?, mayHaveArrived: Boolean) :
        PhoenixException(message, cause, mayHaveArrived = mayHaveArrived) {
        public constructor(message: String, cause: Throwable?) : this(message, cause, true)
    }

    /**
     * An answer that is not Phoenix's: an HTML page, broken JSON, a redirect. Usually the base URL
     * is wrong, or a proxy answered in Phoenix's place.
     *
     * @property tooLarge whether the answer is longer than a reply may be: ask for less at once, or
     *   raise [PhoenixSettings.replyLimit]
     */
    public class UnexpectedResponse
    internal constructor(
        message: String,
        status: Int?,
        cause: Throwable? = null,
        public val tooLarge: Boolean = false,
        mayHaveArrived: Boolean = true,
    ) : PhoenixException(message, cause, status, mayHaveArrived)

    /**
     * The server is older than what the call needs, or its version could not be learnt where an
     * older server would do harm silently. Nothing was sent, unless the message says so.
     *
     * @property required the first version of Phoenix that has it
     * @property actual the server's version, or null when it could not be learnt
     */
    public class ServerTooOld
    internal constructor(
        message: String,
        public val required: ServerVersion,
        public val actual: ServerVersion?,
    ) : PhoenixException(message)

    /**
     * A bulk write that is not complete. The [report] has the outcome of every row, with the ids of
     * those that are stored, and [UploadReport.remaining] is what to send again.
     *
     * @property report what became of each row
     */
    public class UploadException
    internal constructor(public val report: UploadReport, message: String) :
        PhoenixException(
            message,
            report.stoppedBy,
            (report.stoppedBy as? PhoenixException)?.status,
            mayHaveArrived = report.outcomes.any { it.mayHaveArrived },
        )
}

private val RowOutcome.mayHaveArrived: Boolean
    get() =
        when (this) {
            is RowOutcome.Stored,
            is RowOutcome.Queued,
            is RowOutcome.Unknown -> true
            is RowOutcome.MissingTarget -> mayAppearUntil != null
            else -> false
        }

/**
 * One field that the server refused.
 *
 * @property path where it stands in the request, for instance `data.3.annotator_kind`
 * @property reason what the server said of it
 */
public class FieldError(public val path: String, public val reason: String) {
    override fun toString(): String = "$path: $reason"
}
