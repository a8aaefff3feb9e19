package io.github.phoenixkt.upload

import io.github.phoenixkt.internal.InternalPhoenixApi
import java.io.PrintStream
import java.time.Duration
import org.slf4j.LoggerFactory

/**
 * The progress of an upload, or of the evaluation of a frame.
 *
 * @property done rows that have an outcome
 * @property failed how many of [done] did not succeed
 * @property total all rows; for a stream, the rows read so far
 * @property elapsed the time since the start
 * @property mayGrow whether [total] may grow, because a stream has not ended yet
 */
public class UploadProgress
@InternalPhoenixApi
constructor(
    public val done: Int,
    public val failed: Int,
    public val total: Int,
    public val elapsed: Duration,
    public val mayGrow: Boolean = false,
) {
    /** Rows per second so far. */
    public val rowsPerSecond: Double
        get() = if (elapsed.isZero) 0.0 else done * 1_000.0 / elapsed.toMillis().coerceAtLeast(1)

    /** Whether this is the last step. */
    internal val isEnd: Boolean
        get() = done == total && !mayGrow

    /** How long the rest will take at this rate, or null while that is unknown. */
    public val remainingTime: Duration?
        get() =
            if (done == 0 || mayGrow) null
            else Duration.ofMillis(elapsed.toMillis() * (total - done) / done)

    /** This, and then [next]. */
    internal operator fun plus(next: UploadProgress): UploadProgress =
        UploadProgress(
            (done.toLong() + next.done).asCount(),
            (failed.toLong() + next.failed).asCount(),
            (total.toLong() + next.total).asCount(),
            elapsed + next.elapsed,
            mayGrow,
        )

    override fun toString(): String = buildString {
        append(if (mayGrow) "$done rows so far" else "$done of $total rows")
        if (failed > 0) append(", $failed failed")
        if (rowsPerSecond > 0) append(", %.0f rows/s".format(java.util.Locale.ROOT, rowsPerSecond))
        remainingTime?.takeIf { done < total }?.let { append(", ${it.toSeconds()} s left") }
    }
}

/** A stream may be longer than an `Int` can say. */
internal fun Long.asCount(): Int = coerceAtMost(Int.MAX_VALUE.toLong()).toInt()

/**
 * Receives the progress of an upload after each request, one call at a time. It must be quick. If
 * it throws, the upload continues, the report has a remark, and the listener is still called. The
 * evaluation of a frame reports its progress in the same way, after each row.
 */
public fun interface UploadProgressListener {
    /** Called with the progress so far. */
    public fun onProgress(progress: UploadProgress)

    public companion object {
        /** One line on the terminal, updated in place. Prints nothing without a terminal. */
        @JvmStatic
        public fun console(): UploadProgressListener =
            if (System.console() == null) UploadProgressListener {} else ConsoleProgress(System.err)

        /**
         * A line in the log (slf4j, level INFO) after the first request, then at most one every ten
         * seconds, and one at the end: for batch jobs. Use a new listener for each upload.
         */
        @JvmStatic
        public fun logging(): UploadProgressListener =
            LoggedProgress(LoggerFactory.getLogger("io.github.phoenixkt.upload")::info)
    }
}

internal class LoggedProgress(private val log: (String) -> Unit) : UploadProgressListener {
    private var next = Duration.ZERO

    override fun onProgress(progress: UploadProgress) {
        if (!progress.isEnd && progress.elapsed < next) return
        next = progress.elapsed + PAUSE
        log(progress.toString())
    }

    private companion object {
        val PAUSE: Duration = Duration.ofSeconds(10)
    }
}

internal class ConsoleProgress(private val out: PrintStream) : UploadProgressListener {
    private var shown = 0

    override fun onProgress(progress: UploadProgress) {
        val line = progress.toString()
        out.print("\r" + line.padEnd(shown))
        shown = line.length
        if (progress.isEnd) out.println()
        out.flush()
    }
}
