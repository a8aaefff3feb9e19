package io.github.phoenixkt

import io.github.phoenixkt.annotations.noteHint
import io.github.phoenixkt.internal.LONGEST_MESSAGE
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import java.time.Duration

private const val NOTHING_SENT = "Nothing was sent"

/**
 * A failure between this client and a Phoenix server. The message says what happened, on which
 * route, what the server said and what to do. It contains no secrets. Of the data that was sent, it
 * contains only ids and names.
 *
 * Two kinds of failure are not a `PhoenixException`: an invalid argument is an
 * [IllegalArgumentException], thrown before anything is sent, and a call on a closed client is an
 * [IllegalStateException].
 *
 * New subclasses may be added: keep an `else` branch in a `when`.
 *
 * @property status the HTTP status of the response, or null if there was none
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
     * Whether the server may have received the request and processed it, in any attempt of the
     * call. False means that nothing was done: no attempt reached the server, or Phoenix refused
     * the only one that did.
     *
     * This is true after a broken connection, a timeout while the client waited for the response, a
     * response that is not from Phoenix, and every 5xx except 507: a proxy may have passed the
     * request on before it answered. It is false after 400, 401, 403, 404, 409, 413, 422, 429 and
     * 507, and after a timeout before the request was sent, unless an earlier attempt may have
     * arrived. If an engine is set, it is true after every timeout, because the client does not
     * know what such an engine has sent.
     */
    public var mayHaveArrived: Boolean = mayHaveArrived
        internal set

    /**
     * The identifier of the note that could not be added. If you add the note again with this
     * identifier, Phoenix stores it once, even if the failed call stored it. Null for other calls,
     * and on servers without identifiers for notes (before Phoenix 15.7).
     */
    public var noteIdentifier: String? = null
        internal set

    /**
     * How far a flow had read before it failed, and where to continue. Null for other calls, and if
     * the flow failed before its first request.
     */
    public var readProgress: ReadProgress? = null
        private set

    /** This ended a flow. Called by the flow itself, before anyone else sees the exception. */
    internal fun stopped(progress: ReadProgress) {
        readProgress = progress
    }

    /** What happened, on which route, what the server said and what to do. Has no secrets. */
    override val message: String
        get() {
            val more =
                listOfNotNull(
                        ofTheWholeCall,
                        noteIdentifier?.let(::noteHint),
                        readProgress,
                    )
                    .joinToString("") { " $it" }
            return ownMessage.asMessage((LONGEST_MESSAGE - more.length).coerceAtLeast(1)) + more
        }

    /** Whether an attempt before the last may have arrived. */
    internal var earlierMayHaveArrived: Boolean = false
        private set

    /** Notes that an earlier attempt may have arrived, whatever became of the last. */
    internal fun carryOverArrival() {
        earlierMayHaveArrived = true
        if (!mayHaveArrived) ofTheWholeCall = "An earlier attempt may have arrived."
        mayHaveArrived = true
    }

    /** Adds a sentence that says what a look-up after the failure found. */
    internal fun found(what: String) {
        ofTheWholeCall = listOfNotNull(ofTheWholeCall, what).joinToString(" ")
    }

    /** Marks this as the failure of a look-up before the call; [question] says what it asks. */
    internal fun ofLookUp(question: String) {
        mayHaveArrived = false
        earlierMayHaveArrived = false
        ofTheWholeCall =
            if (NOTHING_SENT in ownMessage) "The call itself comes later: $question first."
            else "$NOTHING_SENT yet: $question first."
    }

    /**
     * 400, 413 or 422: the server refused the content of the request. Sending it again fails again.
     *
     * @property fields the fields that the server refused, with its reasons; empty if it names none
     */
    public class Rejected
    internal constructor(message: String, status: Int, public val fields: List<FieldError>) :
        PhoenixException(message, status = status)

    /** 400 when creating spans: Phoenix stored none of the spans of the request. */
    public class SpansRejected
    internal constructor(
        message: String,
        status: Int,
        /** The ids of spans that Phoenix already has. It keeps the stored spans unchanged. */
        public val duplicateSpanIds: List<String>,
        /** The ids of spans that are invalid, with Phoenix's reason for each. */
        public val invalidSpans: Map<String, String>,
    ) : PhoenixException(message, status = status)

    /** 401: the API key is missing, wrong or expired. */
    public class Unauthorized internal constructor(message: String) :
        PhoenixException(message, status = 401)

    /** 403: the API key is valid but may not do this, or the server is read-only. */
    public class Forbidden internal constructor(message: String) :
        PhoenixException(message, status = 403)

    /**
     * 404: what the request names does not exist.
     *
     * @property missingIds the ids that the server names as missing, of those that were sent; empty
     *   if it names none
     */
    public class NotFound
    internal constructor(message: String, public val missingIds: List<String>) :
        PhoenixException(message, status = 404)

    /** 409, or a project or config of this name already exists. */
    public class Conflict internal constructor(message: String, status: Int) :
        PhoenixException(message, status = status)

    /** 507: Phoenix has no storage left. It refuses writes; reads and deletes still work. */
    public class StorageFull internal constructor(message: String) :
        PhoenixException(message, status = 507)

    /**
     * 429 after all retries: a proxy in front of Phoenix limits the rate of requests.
     *
     * @property retryAfter how long the proxy asks you to wait; null if it does not say
     */
    public class RateLimited
    internal constructor(message: String, public val retryAfter: Duration? = null) :
        PhoenixException(message, status = 429)

    /** Any other 5xx, after all retries that were safe. */
    public class ServerError
    internal constructor(
        message: String,
        status: Int,
        /** Whether the response has Phoenix's version header, so that no proxy made it. */
        internal val fromPhoenix: Boolean = false,
        /** How long the server asks you to wait; null if it does not say. */
        internal val retryAfter: Duration? = null,
    ) : PhoenixException(message, status = status, mayHaveArrived = true)

    /**
     * No connection could be made ([mayHaveArrived] is false), or it broke before the response was
     * complete ([mayHaveArrived] is true).
     */
    public class Unreachable
    internal constructor(message: String, cause: Throwable?, mayHaveArrived: Boolean) :
        PhoenixException(message, cause, mayHaveArrived = mayHaveArrived)

    /**
     * The request exceeded its time limit, or the server responded with 408. The server may have
     * processed it, see [mayHaveArrived].
     */
    public class Timeout
    internal constructor(
        message: String,
        status: Int? = null,
        mayHaveArrived: Boolean = true,
        /** Whether the server did not answer, rather than the request waiting in this client. */
        internal val ofServer: Boolean = false,
    ) : PhoenixException(message, status = status, mayHaveArrived = mayHaveArrived)

    /**
     * The calling thread was interrupted while it waited for a call of the blocking Java client.
     * Its interrupt flag is set again.
     */
    public class Interrupted(message: String, cause: Throwable?, mayHaveArrived: Boolean) :
        PhoenixException(message, cause, mayHaveArrived = mayHaveArrived) {
        public constructor(message: String, cause: Throwable?) : this(message, cause, true)
    }

    /**
     * The response is not from Phoenix: an HTML page, invalid JSON, a redirect. Usually the base
     * URL is wrong, or a proxy responded in Phoenix's place.
     *
     * @property tooLarge whether the response exceeds [PhoenixSettings.replyLimit]: read smaller
     *   pages, or raise the limit
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
     * The server is too old for this call. Also thrown if the server's version is unknown and an
     * older server would silently do something else. Nothing was sent, unless the message says
     * otherwise.
     *
     * @property required the first version of Phoenix that supports the call
     * @property actual the server's version, or null if it is unknown
     */
    public class ServerTooOld
    internal constructor(
        message: String,
        public val required: ServerVersion,
        public val actual: ServerVersion?,
    ) : PhoenixException(message)

    /**
     * A bulk write did not write every row. To send the rest again, use [UploadReport.remaining].
     *
     * @property report the outcome of every row, with the ids of the rows that are stored
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

/** For how long the server asks to be left alone; null if it does not say. */
internal val Throwable.askedPause: Duration?
    get() =
        when (this) {
            is PhoenixException.RateLimited -> retryAfter
            is PhoenixException.ServerError -> retryAfter
            else -> null
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
 * A field that the server refused.
 *
 * @property path the field's path in the request, for example `data.3.annotator_kind`
 * @property reason why the server refused it, in its own words
 */
public class FieldError(public val path: String, public val reason: String) {
    override fun toString(): String = "$path: $reason"
}

/**
 * Constants, since names of classes change under a minifier, and metrics are labelled with them.
 */
internal val FAILURE_NAMES =
    mapOf(
        PhoenixException.Rejected::class to "Rejected",
        PhoenixException.SpansRejected::class to "SpansRejected",
        PhoenixException.Unauthorized::class to "Unauthorized",
        PhoenixException.Forbidden::class to "Forbidden",
        PhoenixException.NotFound::class to "NotFound",
        PhoenixException.Conflict::class to "Conflict",
        PhoenixException.StorageFull::class to "StorageFull",
        PhoenixException.RateLimited::class to "RateLimited",
        PhoenixException.ServerError::class to "ServerError",
        PhoenixException.Unreachable::class to "Unreachable",
        PhoenixException.Timeout::class to "Timeout",
        PhoenixException.Interrupted::class to "Interrupted",
        PhoenixException.UnexpectedResponse::class to "UnexpectedResponse",
        PhoenixException.ServerTooOld::class to "ServerTooOld",
        PhoenixException.UploadException::class to "UploadException",
    )

/** The name of the error for metrics: `Timeout`, `Unreachable`. */
internal val PhoenixException.failureName: String
    get() = FAILURE_NAMES.getValue(this::class)
