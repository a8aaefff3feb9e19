package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.RowOutcomeListener
import io.github.phoenixkt.upload.Upload
import io.github.phoenixkt.upload.UploadOptions
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.UploadStream
import io.github.phoenixkt.upload.UploadSummary
import kotlinx.coroutines.flow.Flow

/**
 * Every way to write annotations under one roof, as the older Phoenix clients have it:
 * `client.annotations.addSpanAnnotation(…)` is `client.spans.addSpanAnnotation(…)`. And uploads:
 * any number of annotations, of any mix of levels, with the outcome of each.
 */
public class AnnotationsResource
internal constructor(
    private val transport: Transport,
    spans: SpanAnnotationWriter,
    documents: DocumentAnnotationWriter,
    traces: TraceAnnotationWriter,
    sessions: SessionAnnotationWriter,
) :
    SpanAnnotationWriter by spans,
    DocumentAnnotationWriter by documents,
    TraceAnnotationWriter by traces,
    SessionAnnotationWriter by sessions {
    /**
     * Writes annotations and tells what became of each. No annotations are an empty report.
     *
     * ```
     * val report = client.annotations.upload(annotations)
     * println(report)
     * if (!report.complete) client.annotations.upload(report.remaining())
     * ```
     *
     * @throws InvalidAnnotationsException when some cannot be sent; nothing was, unless the options
     *   say to skip them
     */
    public suspend fun upload(
        rows: Collection<AnnotationData>,
        options: UploadOptions = UploadOptions.builder().build(),
    ): UploadReport = prepareUpload(rows, options).run()

    /** Writes annotations that need not be objects, for instance those of a data frame. */
    public suspend fun upload(
        rows: AnnotationRows,
        options: UploadOptions = UploadOptions.builder().build(),
    ): UploadReport = prepareUpload(rows, options).run()

    /**
     * An upload to run later, whose report and progress can be read meanwhile, and after it was
     * cancelled.
     */
    public fun prepareUpload(
        rows: Collection<AnnotationData>,
        options: UploadOptions = UploadOptions.builder().build(),
    ): Upload = prepareUpload(AnnotationRows.of(rows.toList()), options)

    /**
     * An upload to run later, whose report and progress can be read meanwhile, and after it was
     * cancelled.
     */
    public fun prepareUpload(
        rows: AnnotationRows,
        options: UploadOptions = UploadOptions.builder().build(),
    ): Upload = Upload(transport, rows, options)

    /**
     * Writes a stream of annotations of any length in constant memory, window by window: a window
     * is checked before it is sent, and rows of one key give way to the last within a window only.
     * With [io.github.phoenixkt.upload.BadRows.FAIL], a window with bad rows ends the stream: see
     * [UploadSummary.stoppedBy].
     *
     * @param listener told the outcome of every row; the summary keeps the first 10,000 failures
     *   only
     */
    public suspend fun uploadStream(
        rows: Flow<AnnotationData>,
        options: UploadOptions = UploadOptions.builder().build(),
        listener: RowOutcomeListener? = null,
    ): UploadSummary = UploadStream(transport, options, listener).run(rows)
}
