package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.GuardedListener
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
 * Judges each row, several at a time, and gives the results as a frame that [logEvaluations] takes
 * as it is:
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
 * |column                         |what                                                             |
 * |-------------------------------|-----------------------------------------------------------------|
 * |the ids of this frame          |all columns that [AnnotationTargets] knows, by their dotted names|
 * |`annotation_name`              |[name]                                                           |
 * |`label`, `score`, `explanation`|what [evaluator] found; null without a result                    |
 * |`error`                        |what the last attempt failed with; null where it did not         |
 * |`attempts`                     |how often the row was tried                                      |
 *
 * An [evaluator] that throws is tried again as [options] say; then its row has an error and no
 * result, and the others go on. [logEvaluations] skips such rows, and says so. Cancelling ends all
 * attempts at once, and without a result; an [Error] that is thrown does the same.
 *
 * @param name what is judged: the name of the annotations
 * @param parallelism how many rows at a time, at least 1
 * @param evaluator runs in the context of the caller; one that blocks its thread belongs in
 *   `withContext(Dispatchers.IO)`, or rows will wait for each other. Null for no result
 * @throws IllegalArgumentException when the frame has no column of ids, or an argument is out of
 *   range; nothing was judged
 */
public suspend fun <T> DataFrame<T>.evaluate(
    name: String,
    parallelism: Int = 4,
    options: EvaluationOptions = evaluationOptions(),
    evaluator: suspend (row: DataRow<T>) -> Evaluation?,
): AnyFrame {
    require(name.presentOrNull() != null) { "The name of the evaluation is blank." }
    require(parallelism >= 1) {
        "parallelism is $parallelism: use 1 for one row at a time, or more."
    }
    val ids = idColumns()
    require(ids.isNotEmpty()) {
        "The results would belong to nothing: the frame has no column of ids, such as " +
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
    private val started = options.runtime.clock.instant()
    private val listener = GuardedListener("progress listener of an evaluation", options.progress)
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
                        settle(row, judge(row))
                    }
                }
            }
        }
        return verdicts.map { checkNotNull(it) }
    }

    @Synchronized
    private fun settle(row: Int, verdict: RowVerdict) {
        verdicts[row] = verdict
        done++
        if (verdict.error != null) failed++
        val elapsed = Duration.between(started, options.runtime.clock.instant())
        listener.tell { it.onProgress(UploadProgress(done, failed, size, elapsed)) }
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
                if (attempt >= options.retry.maxAttempts || !options.retryIf(e))
                    return RowVerdict(null, describe(e), attempt)
            }
            options.runtime.sleep(
                options.retry.backoff(attempt, options.runtime).toKotlinDuration()
            )
        }
    }
}

private const val LONGEST_ERROR = 500

private fun describe(error: Exception): String {
    val type = error::class.simpleName ?: error.javaClass.name
    return listOfNotNull(type, error.message.presentOrNull())
        .joinToString(": ")
        .forMessage(LONGEST_ERROR)
}
