package io.github.phoenixkt.annotations

import io.github.phoenixkt.upload.RowOutcomeListener
import io.github.phoenixkt.upload.Upload
import io.github.phoenixkt.upload.UploadOptions
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.UploadSummary
import kotlinx.coroutines.flow.Flow

/**
 * Writes annotations of every target kind.
 *
 * The functions for one target kind are those of `client.spans`, `client.traces` and
 * `client.sessions`; they are also available here, as in Phoenix's Python client. Uploads take any
 * number of annotations, of any mix of target kinds, and report the outcome of each.
 *
 * To decorate or mock this interface, see [io.github.phoenixkt.PhoenixClient].
 */
public interface AnnotationsResource :
    SpanAnnotationWriter, DocumentAnnotationWriter, TraceAnnotationWriter, SessionAnnotationWriter {
    /**
     * Writes annotations and reports the outcome of each. An empty collection gives an empty
     * report.
     *
     * ```
     * val report = client.annotations.upload(annotations)
     * println(report)
     * if (!report.complete) client.annotations.upload(report.remaining())
     * ```
     *
     * Does not throw if Phoenix rejects a row or stops responding: the report says what happened.
     *
     * @throws InvalidAnnotationsException if some annotations cannot be sent. Nothing was sent
     *   then. The options can skip such annotations instead.
     */
    public suspend fun upload(
        rows: Collection<AnnotationData>,
        options: UploadOptions = UploadOptions.builder().build(),
    ): UploadReport = prepareUpload(rows, options).run()

    /**
     * Writes annotations from rows that are not [AnnotationData] objects, for instance rows of a
     * data frame. Otherwise like the other `upload`.
     *
     * @throws InvalidAnnotationsException if some annotations cannot be sent. Nothing was sent
     *   then. The options can skip such annotations instead.
     */
    public suspend fun upload(
        rows: AnnotationRows,
        options: UploadOptions = UploadOptions.builder().build(),
    ): UploadReport = prepareUpload(rows, options).run()

    /**
     * Prepares an upload without starting it. Its progress and its report can be read while it
     * runs, and after it was cancelled.
     */
    public fun prepareUpload(
        rows: Collection<AnnotationData>,
        options: UploadOptions = UploadOptions.builder().build(),
    ): Upload = prepareUpload(AnnotationRows.of(rows.toList()), options)

    /**
     * Prepares an upload of rows that are not [AnnotationData] objects. Otherwise like the other
     * `prepareUpload`.
     */
    public fun prepareUpload(
        rows: AnnotationRows,
        options: UploadOptions = UploadOptions.builder().build(),
    ): Upload

    /**
     * Writes a stream of annotations of any length in constant memory.
     *
     * The stream is cut into windows. Each window is checked before it is sent, and duplicates are
     * replaced by the last of them within a window only. With
     * [io.github.phoenixkt.upload.BadRows.FAIL], a window with invalid rows ends the stream: see
     * [UploadSummary.stoppedBy].
     *
     * If the upload ends before the stream, the stream is cancelled. Rows that it has emitted by
     * then and that were not sent are [io.github.phoenixkt.upload.RowOutcome.NotAttempted]. The
     * upload waits until the stream has ended, so a stream that blocks should be interruptible.
     *
     * @param listener receives the outcome of every row, also if the call is cancelled; the summary
     *   keeps only the first 10,000 failures
     */
    public suspend fun uploadStream(
        rows: Flow<AnnotationData>,
        options: UploadOptions = UploadOptions.builder().build(),
        listener: RowOutcomeListener? = null,
    ): UploadSummary
}
