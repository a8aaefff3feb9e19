package io.github.phoenixkt.annotations

import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.upload.RowOutcomeListener
import io.github.phoenixkt.upload.Upload
import io.github.phoenixkt.upload.UploadOptions
import io.github.phoenixkt.upload.UploadStream
import io.github.phoenixkt.upload.UploadSummary
import kotlinx.coroutines.flow.Flow

internal class HttpAnnotationsResource(
    private val transport: Transport,
    spans: SpanAnnotationWriter,
    documents: DocumentAnnotationWriter,
    traces: TraceAnnotationWriter,
    sessions: SessionAnnotationWriter,
) :
    AnnotationsResource,
    SpanAnnotationWriter by spans,
    DocumentAnnotationWriter by documents,
    TraceAnnotationWriter by traces,
    SessionAnnotationWriter by sessions {
    override fun prepareUpload(rows: AnnotationRows, options: UploadOptions): Upload =
        Upload(transport, rows, options)

    override suspend fun uploadStream(
        rows: Flow<AnnotationData>,
        options: UploadOptions,
        listener: RowOutcomeListener?,
    ): UploadSummary = UploadStream(transport, options, listener).run(rows)
}
