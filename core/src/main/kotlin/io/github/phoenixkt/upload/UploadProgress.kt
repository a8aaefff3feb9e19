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
 * @property total all rows
 * @property elapsed the time since the start
 */
public class UploadProgress
@InternalPhoenixApi
constructor(
    public val done: Int,
    public val failed: Int,
    public val total: Int,
    public val elapsed: Duration,
) {
    /** Rows per second so far. */
    public val rowsPerSecond: Double
        get() = if (elapsed.isZero) 0.0 else done * 1_000.0 / elapsed.toMillis().coerceAtLeast(1)

    /** How long the rest will take at this rate, or null while there is none. */
    public val remainingTime: Duration?
        get() =
            if (done == 0) null else Duration.ofMillis(elapsed.toMillis() * (total - done) / done)

    override fun toString(): String = buildString {
        append("$done of $total rows")
        if (failed > 0) append(", $failed failed")
        if (rowsPerSecond > 0) append(", %.0f rows/s".format(java.util.Locale.ROOT, rowsPerSecond))
        remainingTime?.takeIf { done < total }?.let { append(", ${it.toSeconds()} s left") }
    }
}

/**
 * Receives the progress of an upload after each request, one call at a time. It must be quick. If
 * it throws, the upload continues, the report has a remark, and the listener is still called. The
 * evaluation of a frame reports its progress in the same way, after each row.
 */
public fun interface UploadProgressListener {
    /** Called with what has been reached by now. */
    public fun onProgress(progress: UploadProgress)

    public companion object {
        /** One line on the terminal, updated in place. Prints nothing without a terminal. */
        @JvmStatic
        public fun console(): UploadProgressListener =
            if (System.console() == null) UploadProgressListener {} else ConsoleProgress(System.err)

        /**
         * A line in the log (slf4j, level INFO) after the first request, every ten seconds, and at
         * the end: for batch jobs. One upload each.
         */
        @JvmStatic
        public fun logging(): UploadProgressListener =
            LoggedProgress(LoggerFactory.getLogger("io.github.phoenixkt.upload")::info)
    }
}

internal class LoggedProgress(private val log: (String) -> Unit) : UploadProgressListener {
    private var next = Duration.ZERO

    override fun onProgress(progress: UploadProgress) {
        if (progress.done < progress.total && progress.elapsed < next) return
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
        if (progress.done == progress.total) out.println()
        out.flush()
    }
}
