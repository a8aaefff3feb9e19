package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotationsResource
import io.github.phoenixkt.configs.AnnotationConfigsResource
import io.github.phoenixkt.projects.ProjectsResource
import io.github.phoenixkt.queue.AnnotationQueue
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.queue.annotationQueueOptions
import io.github.phoenixkt.sessions.SessionsResource
import io.github.phoenixkt.spans.SpansResource
import io.github.phoenixkt.traces.TracesResource

/**
 * A client for the annotations of an Arize Phoenix server. Create one and share it: it is
 * thread-safe and reuses its connections.
 *
 * ```
 * PhoenixClient().use { client ->
 *     client.spans.addSpanAnnotation(spanId, "correctness", label = "correct", score = 0.85)
 * }
 * ```
 *
 * **Errors.** Every call may throw a [PhoenixException]. A call with an argument that cannot be
 * sent throws an [IllegalArgumentException] before anything is sent. Such arguments include an id,
 * a name, a cursor or a filter with a NUL character or an unpaired surrogate, which Phoenix can
 * neither store nor search for. After [close], calls throw an [IllegalStateException].
 *
 * **Servers.** Phoenix 12.2 and newer is fully supported. On 9.0 to 12.1 the client offers what the
 * server has, and sends every write with `sync`. Older servers are not supported
 * ([PhoenixException.ServerTooOld]).
 *
 * **Decorating and mocking.** The client and its resources are interfaces. They grow with Phoenix,
 * so implement them by delegation:
 * ```
 * class Audited(private val client: PhoenixClient) : PhoenixClient by client {
 *     override val spans: SpansResource =
 *         object : SpansResource by client.spans {
 *             override suspend fun delete(spanId: String) {
 *                 audit("delete span $spanId")
 *                 client.spans.delete(spanId)
 *             }
 *         }
 * }
 * ```
 *
 * Delegation passes each function straight to the original, overloads included. Override every
 * overload that you want to change, and [withOptions] if its views must be decorated too. The
 * writing functions of [spans], [traces] and [sessions] are in [annotations] as well.
 */
public interface PhoenixClient : AutoCloseable {
    /** Spans, and the annotations of spans and of their retrieved documents. */
    public val spans: SpansResource

    /** Traces and their annotations. */
    public val traces: TracesResource

    /** Sessions and their annotations. */
    public val sessions: SessionsResource

    /** Writes annotations of every target kind, and uploads any number of them. */
    public val annotations: AnnotationsResource

    /** Annotation configs: the rubrics that people follow when they annotate in the web UI. */
    public val annotationConfigs: AnnotationConfigsResource

    /** Projects. Phoenix keeps the traces of each application in a project. */
    public val projects: ProjectsResource

    /** The options of this client's calls: none, unless it is a view of [withOptions]. */
    public val options: CallOptions

    /**
     * Returns a view of this client whose calls use other options. The view starts from [options]
     * and shares everything else with this client: closing the view closes this client.
     *
     * ```
     * client.withOptions { timeout = Duration.ofMinutes(5) }.spans.getSpanAnnotations(ids)
     * ```
     *
     * @throws IllegalArgumentException if an option is out of range
     */
    @JvmSynthetic
    public fun withOptions(configure: CallOptions.Builder.() -> Unit): PhoenixClient =
        withOptions(options.toBuilder().apply(configure).build())

    /**
     * Returns a view of this client whose calls use exactly these options. The view shares
     * everything else with this client: closing the view closes this client.
     */
    public fun withOptions(options: CallOptions): PhoenixClient

    /**
     * Starts a queue that writes annotations and notes in the background. Closing the queue reports
     * what was not sent. Closing the client closes its queues.
     *
     * @throws IllegalArgumentException if an option is out of range, or the spool folder cannot be
     *   used
     * @throws IllegalStateException if another queue uses the spool folder
     */
    @JvmSynthetic
    public fun annotationQueue(
        configure: AnnotationQueueOptions.Builder.() -> Unit = {}
    ): AnnotationQueue = annotationQueue(annotationQueueOptions(configure))

    /**
     * Starts a queue with these options.
     *
     * @throws IllegalArgumentException if the spool folder cannot be used
     * @throws IllegalStateException if another queue uses the spool folder, or the client is closed
     */
    public fun annotationQueue(options: AnnotationQueueOptions): AnnotationQueue

    /**
     * Returns the server's version, or null if the server does not tell it. The client asks once
     * and remembers the answer.
     */
    public suspend fun serverVersion(): ServerVersion?

    /**
     * Closes the client's annotation queues, then the client, and frees its connections. All queues
     * close at the same time: each sends what waits, for up to its `closeTimeout`, while this call
     * blocks. Other calls that are still running throw an [IllegalStateException]. An engine that
     * you passed in the settings stays open.
     *
     * Closing a closed client does nothing. If another thread is closing the client, this call
     * waits for it; an interrupt ends the wait. A listener may close the client: then this call
     * returns at once, and the client is closed in the background.
     *
     * A client that is never closed does not keep the JVM running.
     */
    override fun close()

    /** Creates clients: `PhoenixClient()` in Kotlin, `PhoenixClient.create()` in Java. */
    public companion object {
        /**
         * Creates a client with these settings.
         *
         * @param settings default: everything comes from the environment, see [PhoenixEnvironment]
         */
        @JvmStatic
        @JvmOverloads
        @JvmName("create")
        public operator fun invoke(
            settings: PhoenixSettings = PhoenixSettings.fromEnvironment()
        ): PhoenixClient = HttpPhoenixClient(settings)

        /**
         * Creates a client: `PhoenixClient { endpoint = "http://localhost:6006" }`. What the block
         * does not set comes from the environment, see [PhoenixEnvironment].
         *
         * @throws IllegalArgumentException if a setting cannot be used
         */
        @JvmSynthetic
        public operator fun invoke(configure: PhoenixSettings.Builder.() -> Unit): PhoenixClient =
            HttpPhoenixClient(phoenixSettings(configure))
    }
}
