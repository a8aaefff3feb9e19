package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.RowOutcomeListener
import io.github.phoenixkt.upload.Upload
import io.github.phoenixkt.upload.UploadOptions
import io.github.phoenixkt.upload.UploadStream
import io.github.phoenixkt.upload.UploadSummary
import kotlinx.coroutines.flow.Flow

/** Each writer is made here, once: the resources of spans, traces and sessions share it. */
internal class HttpAnnotationsResource
private constructor(
    private val transport: Transport,
    writer: AnnotationWriter,
    notes: NoteWriter,
) :
    AnnotationsResource,
    SpanAnnotationWriter by SpanAnnotations(transport, writer, notes),
    DocumentAnnotationWriter by DocumentAnnotations(transport, writer),
    TraceAnnotationWriter by TraceAnnotations(transport, writer, notes),
    SessionAnnotationWriter by SessionAnnotations(transport, writer, notes) {
    constructor(
        transport: Transport
    ) : this(transport, AnnotationWriter(transport), NoteWriter(transport))

    override fun prepareUpload(rows: AnnotationRows, options: UploadOptions): Upload =
        Upload(transport, rows, options)

    override suspend fun uploadStream(
        rows: Flow<AnnotationData>,
        options: UploadOptions,
        listener: RowOutcomeListener?,
    ): UploadSummary = UploadStream(transport, options, listener).run(rows)
}
