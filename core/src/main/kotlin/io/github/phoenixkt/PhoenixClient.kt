package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationWriter
import io.github.phoenixkt.annotations.AnnotationsResource
import io.github.phoenixkt.annotations.DocumentAnnotations
import io.github.phoenixkt.annotations.NoteWriter
import io.github.phoenixkt.annotations.SessionAnnotations
import io.github.phoenixkt.annotations.SpanAnnotations
import io.github.phoenixkt.annotations.TraceAnnotations
import io.github.phoenixkt.configs.AnnotationConfigsResource
import io.github.phoenixkt.projects.ProjectsResource
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.queue.annotationQueueOptions
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.spans.SpansResource
import io.github.phoenixkt.traces.TracesResource
import io.github.phoenixkt.transport.Connection
import io.github.phoenixkt.transport.Transport

/**
 * A client for the annotations of an Arize Phoenix server. Make one and share it: it is thread-safe
 * and keeps its connections.
 *
 * ```
 * PhoenixClient().use { client ->
 *     client.spans.addSpanAnnotation(spanId, "correctness", label = "correct", score = 0.85)
 * }
 * ```
 *
 * Errors are [PhoenixException]s. Arguments that cannot be sent are an [IllegalArgumentException]
 * of every call, before anything is sent: among them an id, a name, a cursor or a filter with a NUL
 * character or half a surrogate pair, which Phoenix can neither store nor look for.
 *
 * Supports Phoenix 12.2 and newer fully; on 9.0 to 12.1 what is there, and every write goes with
 * `sync`; older servers not at all ([PhoenixException.ServerTooOld]).
 */
public class PhoenixClient
private constructor(
    private val settings: PhoenixSettings,
    private val connection: Connection,
    private val transport: Transport,
) : AutoCloseable {
    private val reader = AnnotationReader(transport)
    private val deleter = AnnotationDeleter(transport)
    private val writer = AnnotationWriter(transport)
    private val notes = NoteWriter(transport)
    private val spanAnnotations = SpanAnnotations(transport, writer, notes)
    private val documentAnnotations = DocumentAnnotations(transport, writer)
    private val traceAnnotations = TraceAnnotations(transport, writer, notes)
    private val sessionAnnotations = SessionAnnotations(transport, writer, notes)

    /** Spans, and the annotations of spans and of their retrieved documents. */
    public val spans: SpansResource =
        SpansResource(transport, reader, deleter, spanAnnotations, documentAnnotations)

    /** Traces, and the annotations of traces. */
    public val traces: TracesResource = TracesResource(transport, reader, deleter, traceAnnotations)

    /** Sessions, and the annotations of sessions. */
    public val sessions: SessionsResource =
        SessionsResource(transport, reader, deleter, sessionAnnotations)

    /** Writing annotations of all levels under one roof. */
    public val annotations: AnnotationsResource =
        AnnotationsResource(
            transport,
            spanAnnotations,
            documentAnnotations,
            traceAnnotations,
            sessionAnnotations,
        )

    /** The rubrics that people annotate by in the web UI. */
    public val annotationConfigs: AnnotationConfigsResource = AnnotationConfigsResource(transport)

    /** Projects: where Phoenix keeps the traces of one application each. */
    public val projects: ProjectsResource = ProjectsResource(transport)

    /** A client by [settings]; without them everything comes from the environment. */
    @JvmOverloads
    public constructor(
        settings: PhoenixSettings = PhoenixSettings.fromEnvironment()
    ) : this(settings, Connection(settings))

    private constructor(
        settings: PhoenixSettings,
        connection: Connection,
    ) : this(settings, connection, Transport(connection, settings, CallOptions.NONE))

    /**
     * A view of this client whose calls differ in some options, and which shares everything else,
     * its life included: closing the view closes this client.
     *
     * ```
     * client.withOptions { timeout = Duration.ofMinutes(5) }.spans.getSpanAnnotations(ids)
     * ```
     */
    @JvmSynthetic
    public fun withOptions(configure: CallOptions.Builder.() -> Unit): PhoenixClient =
        withOptions(transport.options.toBuilder().apply(configure).build())

    /** A view like that of the other `withOptions`, with exactly these options. */
    public fun withOptions(options: CallOptions): PhoenixClient =
        PhoenixClient(settings, connection, transport.withOptions(options))

    /**
     * A queue that writes annotations and notes in the background. Closing it reports what was not
     * sent; closing the client closes it, too.
     *
     * @throws IllegalArgumentException if an option is out of range, or the spool folder cannot be
     *   used
     * @throws IllegalStateException if another queue uses that folder
     */
    @JvmSynthetic
    public fun annotationQueue(
        configure: AnnotationQueueOptions.Builder.() -> Unit = {}
    ): AnnotationQueue = annotationQueue(annotationQueueOptions(configure))

    /** A queue with these options, like the other `annotationQueue`. */
    public fun annotationQueue(options: AnnotationQueueOptions): AnnotationQueue {
        val calls = transport.options.toBuilder()
        if (options.requestTimeout != null) calls.timeout(options.requestTimeout)
        return AnnotationQueue(transport.withOptions(calls.build()), options)
    }

    /** The server's version, asked for once; null when the server does not tell. */
    public suspend fun serverVersion(): ServerVersion? = transport.askedVersion()

    /**
     * Closes the client's annotation queues first, all at the same time: each sends what waits, for
     * up to its `closeTimeout`, while this call blocks. Then ends what is in flight
     * ([IllegalStateException] there) and frees the connections; an engine of the caller's own
     * stays open. The JVM ends with or without it.
     */
    override fun close(): Unit = connection.close()

    /** Shows no secret. */
    override fun toString(): String = "PhoenixClient(${settings.endpoint})"
}

/**
 * A client whose settings are given here; what is not comes from the environment, see
 * [PhoenixSettings].
 */
public fun PhoenixClient(configure: PhoenixSettings.Builder.() -> Unit): PhoenixClient =
    PhoenixClient(PhoenixSettings.builder().apply(configure).build())
