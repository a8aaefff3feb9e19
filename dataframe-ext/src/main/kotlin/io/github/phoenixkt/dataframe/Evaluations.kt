package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.uploadOptions
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/**
 * The results of one LLM judge: a frame of ids and results (`label`, `score`, `explanation`) under
 * one name. [AnnotationTargets] lists the columns with ids; other columns are ignored. The tree may
 * grow: keep an `else` branch.
 *
 * @property evalName the name of the annotations
 * @property dataframe one row per judgement; rows without a result, as failed evaluations leave
 *   them, are skipped
 */
public sealed class Evaluations(public val evalName: String, public val dataframe: AnyFrame) {
    internal abstract val targets: AnnotationTargets<*>

    /** Shows the name and the number of rows. */
    override fun toString(): String =
        "${javaClass.simpleName}(${evalName.forMessage()}, ${dataframe.rowsCount()} rows)"
}

/** Evaluations of spans, by `span_id` or `context.span_id`. See [logEvaluations]. */
public class SpanEvaluations(evalName: String, dataframe: AnyFrame) :
    Evaluations(evalName, dataframe) {
    override val targets: AnnotationTargets<*>
        get() = AnnotationTargets.spans<Any?>()
}

/**
 * Evaluations of retrieved documents, by the id of the span and `document_position` or `position`.
 * See [logEvaluations].
 */
public class DocumentEvaluations(evalName: String, dataframe: AnyFrame) :
    Evaluations(evalName, dataframe) {
    override val targets: AnnotationTargets<*>
        get() = AnnotationTargets.documents<Any?>()
}

/** Evaluations of traces, by `trace_id` or `context.trace_id`. See [logEvaluations]. */
public class TraceEvaluations(evalName: String, dataframe: AnyFrame) :
    Evaluations(evalName, dataframe) {
    override val targets: AnnotationTargets<*>
        get() = AnnotationTargets.traces<Any?>()
}

/**
 * The outcome of one set of evaluations: either a [report], or the [failure] of the whole set.
 *
 * @property evaluations the set
 * @property report the outcome of each row; null if the whole set failed
 * @property failure null if there is a report. An [IllegalArgumentException] means that the frame
 *   cannot be sent, and that nothing of it was sent. After any other failure, for example an
 *   [Error] of your own key supplier, some rows may be stored. It is safe to write the set again.
 */
public class EvaluationsReport
internal constructor(
    public val evaluations: Evaluations,
    public val report: UploadReport?,
    public val failure: Throwable?,
) {
    /** Whether every row that has a result was written, as [UploadReport.complete]. */
    public val complete: Boolean
        get() = report?.complete == true

    /** The failure, for people. */
    internal val reason: String?
        get() = failure?.let {
            if (it is IllegalArgumentException) it.message else describe(it, LONGEST_REASON)
        }

    override fun toString(): String = "$evaluations: ${report ?: reason}"
}

private const val LONGEST_REASON = 500

/**
 * Writes evaluations as annotations by an LLM, without an identifier: they replace earlier
 * evaluations of the same name and target. The sets are written one after another. A set that fails
 * does not stop the others, whatever it throws.
 *
 * ```
 * client.logEvaluations(
 *     SpanEvaluations("hallucination", hallucinations),
 *     DocumentEvaluations("relevance", relevances),
 * ).forEach(::println)
 * ```
 *
 * If the call is cancelled, it returns no reports. To know the reports of the sets before, write
 * each set with a call of its own.
 *
 * @param projectName the project of the targets, in which the rows are read back; null for the
 *   project of the settings
 * @return one report per set, in the order of the sets; rows without a result are
 *   [skipped][RowOutcome.Skipped]
 */
public suspend fun PhoenixClient.logEvaluations(
    vararg evaluations: Evaluations,
    projectName: String? = null,
): List<EvaluationsReport> {
    val options = uploadOptions {
        onEmpty = BadRows.SKIP
        project = projectName
    }
    return evaluations.map { set ->
        try {
            EvaluationsReport(set, annotations.upload(set.toAnnotations(), options), failure = null)
        } catch (@Suppress("TooGenericExceptionCaught") e: Throwable) {
            // Whatever it is, it must not cost the reports of the other sets.
            currentCoroutineContext().ensureActive()
            EvaluationsReport(set, report = null, e)
        }
    }
}

private fun Evaluations.toAnnotations(): AnnotationRows {
    val wanted = dataframe.columns().filterNot { it.name().substringBefore('.') in NOT_EVALUATED }
    // A frame without columns has no rows either: their loss would not be told.
    val frame = if (wanted.isEmpty()) dataframe else dataFrameOf(wanted)
    @Suppress("UNCHECKED_CAST")
    return frame.toAnnotations(targets as AnnotationTargets<Any?>, evalName, AnnotatorKind.LLM)
}

/** Columns that have a meaning for annotations, but not for evaluations. */
private val NOT_EVALUATED = setOf("metadata", "identifier")
