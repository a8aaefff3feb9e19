package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotationDeleter
import io.github.phoenixkt.annotations.AnnotationReader
import io.github.phoenixkt.annotations.AnnotationsResource
import io.github.phoenixkt.annotations.HttpAnnotationsResource
import io.github.phoenixkt.configs.AnnotationConfigsResource
import io.github.phoenixkt.configs.HttpAnnotationConfigsResource
import io.github.phoenixkt.projects.HttpProjectsResource
import io.github.phoenixkt.projects.ProjectsResource
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.sessions.HttpSessionsResource
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.spans.HttpSpansResource
import io.github.phoenixkt.spans.SpansResource
import io.github.phoenixkt.traces.HttpTracesResource
import io.github.phoenixkt.traces.TracesResource
import io.github.phoenixkt.transport.Connection
import io.github.phoenixkt.transport.Transport

/** Puts the resources together. All views of one client share its [connection]. */
internal class HttpPhoenixClient
private constructor(
    private val settings: PhoenixSettings,
    private val connection: Connection,
    private val transport: Transport,
) : PhoenixClient {
    private val reader = AnnotationReader(transport)
    private val deleter = AnnotationDeleter(transport)

    override val annotations: AnnotationsResource = HttpAnnotationsResource(transport)

    override val spans: SpansResource = HttpSpansResource(transport, reader, deleter, annotations)

    override val traces: TracesResource =
        HttpTracesResource(transport, reader, deleter, annotations)

    override val sessions: SessionsResource =
        HttpSessionsResource(transport, reader, deleter, annotations)

    override val annotationConfigs: AnnotationConfigsResource =
        HttpAnnotationConfigsResource(transport)

    override val projects: ProjectsResource = HttpProjectsResource(transport)

    override val options: CallOptions
        get() = transport.options

    constructor(settings: PhoenixSettings) : this(settings, Connection(settings))

    private constructor(
        settings: PhoenixSettings,
        connection: Connection,
    ) : this(settings, connection, Transport(connection, settings, CallOptions.NONE))

    override fun withOptions(options: CallOptions): PhoenixClient =
        HttpPhoenixClient(settings, connection, transport.withOptions(options))

    override fun annotationQueue(options: AnnotationQueueOptions): AnnotationQueue {
        val calls = transport.options.toBuilder()
        if (options.requestTimeout != null) calls.timeout(options.requestTimeout)
        return AnnotationQueue(transport.withOptions(calls.build()), options)
    }

    override suspend fun serverVersion(): ServerVersion? = transport.askedVersion()

    override fun close(): Unit = connection.close()

    /** Shows no secret. */
    override fun toString(): String = "PhoenixClient(${settings.endpoint})"
}
