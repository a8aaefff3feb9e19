package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.GuardedListener
import io.github.phoenixkt.internal.InTurn
import io.github.phoenixkt.internal.Stopwatch
import io.github.phoenixkt.internal.backoff
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.upload.UploadProgress
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger
import kotlin.reflect.typeOf
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataFrame
import org.jetbrains.kotlinx.dataframe.DataRow
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * Judges each row, several at a time, and returns the results as a frame for [logEvaluations]:
 * ```
 * val judged = spans.evaluate("brief", parallelism = 8) { row ->
 *     val text = row["attributes.output.value"] as String
 *     Evaluation(label = if (text.length < 200) "brief" else "long", score = 200.0 / text.length)
 * }
 * client.logEvaluations(SpanEvaluations("brief", judged))
 * ```
 *
 * The result has one row for each row of this frame, in the same order:
 *
 * |column                         |what                                                            |
 * |-------------------------------|----------------------------------------------------------------|
 * |the ids of this frame          |all columns listed in [AnnotationTargets], by their dotted names|
 * |`annotation_name`              |[name]                                                          |
 * |`label`, `score`, `explanation`|the result of [evaluator]; null without a result                |
 * |`error`                        |why the last attempt failed, or null                            |
 * |`attempts`                     |how often the row was tried                                     |
 *
 * If [evaluator] throws, the row has an error and no result, and the other rows go on. To try such
 * a row again, pass `evaluationOptions { retry { maxAttempts = 3 } }`. [logEvaluations] skips rows
 * without a result; its report has their errors. Cancellation ends all attempts at once, without a
 * result; so does an [Error].
 *
 * @param name the name of the annotations: what is judged
 * @param parallelism how many rows to judge at a time, at least 1
 * @param evaluator judges a row; null means no result. It runs in the context of the caller: if it
 *   blocks its thread, use `withContext(Dispatchers.IO)`, or the rows wait for each other
 * @throws IllegalArgumentException if the frame has no column of ids, or if an argument is out of
 *   range; no row was judged
 */
public suspend fun <T> DataFrame<T>.evaluate(
    name: String,
    parallelism: Int = 4,
    options: EvaluationOptions = evaluationOptions(),
    evaluator: suspend (row: DataRow<T>) -> Evaluation?,
): AnyFrame {
    require(name.presentOrNull() != null) { "The name of the evaluation is blank." }
    require(parallelism >= 1) {
        "parallelism is $parallelism, but must be at least 1."
    }
    val ids = idColumns()
    require(ids.isNotEmpty()) {
        "The frame has no column of ids, so the results could not be written. Add one of the columns " +
            "${KNOWN_IDS.joinToString()}. Its columns are ${columnNames().forMessage().ifEmpty { "none" }}."
    }
    val verdicts = Evaluator(this, options, evaluator).run(parallelism)
    return dataFrameOf(
        ids +
            listOf(
                column("annotation_name", verdicts.map { name }, typeOf<String>()),
                column("label", verdicts.map { it.evaluation?.label }, TEXT),
                column("score", verdicts.map { it.score }, typeOf<Double?>()),
                column("explanation", verdicts.map { it.evaluation?.explanation }, TEXT),
                column("error", verdicts.map { it.error }, TEXT),
                column("attempts", verdicts.map { it.attempts }, typeOf<Int>()),
            )
    )
}

private val KNOWN_IDS =
    listOf<AnnotationTargets<Any?>>(
            AnnotationTargets.documents(),
            AnnotationTargets.traces(),
            AnnotationTargets.sessions(),
        )
        .flatMap { it.idColumns }

private fun AnyFrame.idColumns(): List<AnyCol> {
    val ids = KNOWN_IDS.mapNotNull { id -> findColumn(id)?.rename(id) }
    if (ids.isEmpty()) return ids
    val positions = AnnotationTargets.documents<Any?>().positionColumns
    return ids + positions.mapNotNull { findColumn(it)?.rename(it) }
}

/** What became of one row. */
private class RowVerdict(val evaluation: Evaluation?, val error: String?, val attempts: Int) {
    val score: Double?
        get() = evaluation?.score?.takeUnless { it.isNaN() }
}

private class Evaluator<T>(
    private val frame: DataFrame<T>,
    private val options: EvaluationOptions,
    private val evaluator: suspend (DataRow<T>) -> Evaluation?,
) {
    private val size = frame.rowsCount()
    private val verdicts = arrayOfNulls<RowVerdict>(size)
    private val next = AtomicInteger()
    private val stopwatch = Stopwatch(options.runtime)
    private var elapsed = Duration.ZERO
    private val listener = GuardedListener("progress listener of an evaluation", options.progress)
    private val steps = InTurn<UploadProgress> { step -> listener.tell { it.onProgress(step) } }
    private var done = 0
    private var failed = 0

    /** As many workers as [parallelism], each taking the next row that nobody has. */
    suspend fun run(parallelism: Int): List<RowVerdict> {
        coroutineScope {
            repeat(minOf(parallelism, size)) {
                launch {
                    while (true) {
                        val row = next.getAndIncrement()
                        if (row >= size) break
                        ensureActive()
                        record(row, judge(row))
                    }
                }
            }
        }
        return verdicts.map { checkNotNull(it) }
    }

    private fun record(row: Int, verdict: RowVerdict) {
        // Without the lock: the clock may be the application's.
        val now = stopwatch.elapsed()
        synchronized(this) {
            verdicts[row] = verdict
            done++
            if (verdict.error != null) failed++
            elapsed = maxOf(elapsed, now)
            steps.add(UploadProgress(done, failed, size, elapsed))
        }
        steps.tell()
    }

    private suspend fun judge(row: Int): RowVerdict {
        val limit = options.retry.totalTimeout.toKotlinDuration()
        val attempts = AtomicInteger()
        return withTimeoutOrNull(limit) { judge(frame[row], attempts) }
            ?: RowVerdict(null, "There was no result within $limit.", attempts.get())
    }

    private suspend fun judge(row: DataRow<T>, attempts: AtomicInteger): RowVerdict {
        while (true) {
            val attempt = attempts.incrementAndGet()
            try {
                return RowVerdict(evaluator(row), error = null, attempt)
            } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
                // Ours is over when we are cancelled; a time limit of the evaluator's own, which
                // is also told as a cancellation, is a failure like any other.
                currentCoroutineContext().ensureActive()
                whyNoMore(e, attempt)?.let {
                    return RowVerdict(null, it, attempt)
                }
            }
            options.runtime.sleep(
                options.retry.backoff(attempt, options.runtime).toKotlinDuration()
            )
        }
    }

    /** The error of the row; null if it is tried again. */
    private suspend fun whyNoMore(failure: Exception, attempt: Int): String? =
        try {
            val isLast = attempt >= options.retry.maxAttempts || !options.retryIf(failure)
            if (isLast) describe(failure, LONGEST_ERROR) else null
        } catch (@Suppress("TooGenericExceptionCaught") e: Exception) {
            // It must not cost the results of the other rows.
            currentCoroutineContext().ensureActive()
            "${describe(failure, LONGEST_ERROR)} (not tried again, because retryIf threw ${describe(e, LONGEST_ERROR)})"
        }
}

private const val LONGEST_ERROR = 500
