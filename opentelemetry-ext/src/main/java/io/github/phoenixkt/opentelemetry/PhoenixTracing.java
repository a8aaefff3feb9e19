package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.internal.Messages;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tracing to Phoenix, set up in one call:
 *
 * <pre>{@code
 * PhoenixTracing tracing = PhoenixTracing.register("chatbot");
 * Tracer tracer = tracing.tracer("my.application");
 * }</pre>
 *
 * <p>Spans go to the project {@code chatbot} over OTLP (HTTP, protobuf). The endpoint, the key, the
 * proxy and the trusted certificates are those of the client's settings or environment; the
 * client's other settings, such as its engine and time limits, have no effect here. OpenTelemetry's
 * exporter cannot authenticate at a proxy: {@code proxyCredentials} are not used for spans, and a
 * warning is logged. {@link PhoenixContext} and {@link SpanCapture} work at once.
 *
 * <p>It needs {@code io.opentelemetry:opentelemetry-exporter-otlp}, which this library does not
 * bring along.
 *
 * <p><b>It does not disturb the application.</b> Spans are sent in the background. If Phoenix
 * cannot be reached or refuses them, OpenTelemetry's exporter logs that, tries again for some
 * seconds, and drops them. If spans end faster than they can be sent, OpenTelemetry drops those
 * beyond a queue of 2,048. {@link #flush} tells whether spans were lost. The log has their number
 * at the first loss, each time that it has doubled, and at the end.
 *
 * <p>Characters that Phoenix cannot store, such as NUL in the message of an exception, are sent as
 * U+FFFD. Some databases would lose the span. For the same reason, an id of a session or a user
 * that takes more than 2,600 bytes is left out with a warning.
 *
 * <p>Thread-safe.
 */
public final class PhoenixTracing implements AutoCloseable {
  private static final Duration LONGEST_FLUSH = Duration.ofDays(1);

  private final ExportPipeline pipeline;
  private final OpenTelemetry openTelemetry;
  private final String description;
  private volatile @Nullable ProcessWide registration;

  private PhoenixTracing(ExportPipeline pipeline, String description) {
    this.pipeline = pipeline;
    this.openTelemetry = new TracingOnly(pipeline.tracers());
    this.description = description;
  }

  /**
   * Sets up tracing for the whole process, with all settings from the environment. See {@link
   * Builder#register()}.
   *
   * @param project the project in Phoenix; if blank, that of the environment, or else {@code
   *     default}
   * @return tracing, to be closed at the end; the end of the JVM closes it, too
   * @throws IllegalStateException if the process has an OpenTelemetry already, or the exporter is
   *     not on the class path
   */
  public static PhoenixTracing register(String project) {
    return builder().project(project).register();
  }

  /**
   * Returns an exporter alone, for an OpenTelemetry SDK that is set up elsewhere. That also needs a
   * {@link PhoenixContextSpanProcessor}, and the project in its resource ({@link
   * OpenInferenceAttributes#PROJECT_NAME}). Like {@link PhoenixTracing}, it replaces characters
   * that Phoenix cannot store, and leaves out ids that are too long.
   *
   * @param settings where Phoenix is, with which credentials, and how it is reached
   * @return an exporter, to be shut down by the SDK
   * @throws IllegalStateException when the exporter is not on the class path
   */
  public static SpanExporter spanExporter(PhoenixSettings settings) {
    return OtlpExport.of(requireNonNull(settings, "settings"));
  }

  /**
   * Returns a builder that takes all settings from the environment.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the OpenTelemetry to give to instrumentations.
   *
   * @return an OpenTelemetry with tracing only: no metrics and no logs
   */
  public OpenTelemetry openTelemetry() {
    return openTelemetry;
  }

  /**
   * Returns a tracer, to make your own spans with.
   *
   * @param name the name of the library or application that makes the spans
   * @return a tracer
   */
  public Tracer tracer(String name) {
    return pipeline.tracers().get(requireNonNull(name, "name"));
  }

  /**
   * Sends all spans that have ended, and waits until they are accepted. An interrupt ends the wait;
   * the interrupt flag stays set.
   *
   * @param timeout how long to wait at most, from 0 to 1 day
   * @return true if the endpoint accepted all spans that have ended; false if spans that ended
   *     since the last flush were lost, or if the time was too short. A proxy that answers in
   *     Phoenix's place may accept everything: a call of the client, for instance {@code
   *     projects().ensure(…)}, shows whether Phoenix is there
   * @throws IllegalArgumentException if the timeout is out of range
   */
  public boolean flush(Duration timeout) {
    requireRange("timeout", requireNonNull(timeout, "timeout"), Duration.ZERO, LONGEST_FLUSH);
    return pipeline.flush(timeout);
  }

  /**
   * Sends the spans that have ended, for at most ten seconds, and stops tracing: later spans are
   * dropped. Closing it again does nothing. If it was registered for the process, it stays
   * registered, since OpenTelemetry does not let it be replaced.
   */
  @Override
  public void close() {
    ProcessWide registered = registration;
    if (registered != null) {
      registered.end();
    }
    pipeline.close();
  }

  private void makeGlobal() {
    registration = ProcessWide.register(openTelemetry, this::close);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return description;
  }

  private static void requireRange(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " is " + value + ": it must be between " + least + " and " + most + ".");
    }
  }

  /** Builds tracing; settings are checked when it is built. Not thread-safe. */
  public static final class Builder {
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);
    private static final Duration SIMPLE_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofHours(1);

    /** Messages of a chat are attributes each, and OpenTelemetry's own limit of 128 cuts them. */
    private static final int MOST_ATTRIBUTES = 10_000;

    private final AttributesBuilder resource = Attributes.builder();
    private final List<SpanProcessor> processors = new ArrayList<>();
    private @Nullable PhoenixSettings settings;
    private @Nullable String project;
    private @Nullable Duration exportDelay;
    private @Nullable Sampler sampler;
    private SpanProcessor context = new PhoenixContextSpanProcessor();

    private Builder() {}

    /**
     * Sets Phoenix's endpoint, the credentials, and how Phoenix is reached.
     *
     * @param settings a client's settings
     * @return this
     */
    public Builder settings(PhoenixSettings settings) {
      this.settings = requireNonNull(settings, "settings");
      return this;
    }

    /**
     * Sets the spans' project in Phoenix; it wins over that of the settings.
     *
     * @param project the project's name; null or blank for that of the settings
     * @return this
     */
    public Builder project(@Nullable String project) {
      this.project = project;
      return this;
    }

    /**
     * Sets how long spans are collected before they are sent as a batch. The default is 5 s.
     *
     * @param delay from 1 ms to 1 h
     * @return this
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder exportDelay(Duration delay) {
      requireRange("exportDelay", requireNonNull(delay, "delay"), SHORTEST_DELAY, LONGEST_DELAY);
      this.exportDelay = delay;
      return this;
    }

    /**
     * Sends spans within a tenth of a second after their end. It is meant for notebooks and short
     * scripts; services are better off with batches.
     *
     * @return this
     */
    public Builder simple() {
      return exportDelay(SIMPLE_DELAY);
    }

    /**
     * Adds an attribute of the process, for instance {@code service.name}.
     *
     * @param key name and type
     * @param value the value
     * @param <T> the type of the value
     * @return this
     */
    public <T> Builder resourceAttribute(AttributeKey<T> key, T value) {
      resource.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
      return this;
    }

    /**
     * Adds a processor, for instance one that also writes spans to the console.
     *
     * @param processor told of all spans; closed with the tracing
     * @return this
     */
    public Builder addSpanProcessor(SpanProcessor processor) {
      processors.add(requireNonNull(processor, "processor"));
      return this;
    }

    /**
     * Sets which spans are recorded. By default, a span is recorded if its parent is or if it has
     * none.
     *
     * @param sampler asked when a span starts
     * @return this
     */
    public Builder sampler(Sampler sampler) {
      this.sampler = requireNonNull(sampler, "sampler");
      return this;
    }

    /**
     * Sets the session of each span as {@code gen_ai.conversation.id}, too, the name that
     * OpenTelemetry has for it. Phoenix needs only {@code session.id}.
     *
     * @return this
     */
    public Builder withConversationId() {
      context = PhoenixContextSpanProcessor.withConversationId();
      return this;
    }

    /**
     * Sets up tracing for the whole process: it becomes the {@link
     * io.opentelemetry.api.GlobalOpenTelemetry}, which instrumentations use, and is closed when the
     * JVM ends.
     *
     * @return tracing, to be closed at the end; the end of the JVM closes it, too
     * @throws IllegalStateException if the process has a global OpenTelemetry already, for instance
     *     from an agent, or the exporter is not on the class path
     * @throws IllegalArgumentException if the environment has unusable settings
     */
    public PhoenixTracing register() {
      PhoenixTracing tracing = build();
      try {
        tracing.makeGlobal();
      } catch (IllegalStateException e) {
        tracing.close();
        throw e;
      }
      return tracing;
    }

    /**
     * Sets up tracing for code that is given its {@link PhoenixTracing#openTelemetry()}.
     *
     * @return tracing, to be closed at the end
     * @throws IllegalStateException if the exporter is not on the class path
     * @throws IllegalArgumentException if the environment has unusable settings
     */
    public PhoenixTracing build() {
      PhoenixSettings used = settings == null ? PhoenixSettings.fromEnvironment() : settings;
      String name = project == null || project.isBlank() ? used.getProject() : project.strip();
      SdkTracerProviderBuilder tracers =
          SdkTracerProvider.builder()
              .setResource(
                  Resource.getDefault()
                      .merge(Resource.create(resource.build()))
                      .merge(
                          Resource.create(
                              Attributes.of(OpenInferenceAttributes.PROJECT_NAME, name))))
              .setSpanLimits(SpanLimits.builder().setMaxNumberOfAttributes(MOST_ATTRIBUTES).build())
              .setSampler(
                  new OwnRequestsSampler(
                      sampler == null ? Sampler.parentBased(Sampler.alwaysOn()) : sampler))
              .addSpanProcessor(context);
      processors.forEach(tracers::addSpanProcessor);
      String shown =
          "PhoenixTracing(project="
              + Messages.forMessage(name)
              + ", endpoint="
              + used.getEndpoint()
              + ")";
      return new PhoenixTracing(
          new ExportPipeline(tracers, OtlpExport.of(used), exportDelay), shown);
    }
  }
}
