package io.github.phoenixkt.opentelemetry;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ImplicitContextKeyed;
import io.opentelemetry.context.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Attributes for every span that starts in a scope: session, user, metadata, tags, prompt template,
 * and any others. Immutable.
 *
 * <pre>{@code
 * try (Scope scope = PhoenixContext.session("user-42-conv-7").makeCurrent()) {
 *   answer(question); // every span that starts here has that session
 * }
 * }</pre>
 *
 * <p>It needs a {@link PhoenixContextSpanProcessor} in the OpenTelemetry SDK; without one, it does
 * nothing. Scopes nest: an inner scope replaces the attributes that it sets (metadata and tags as a
 * whole) and keeps the others. Attributes that the span is started with win.
 *
 * <p><b>Threads.</b> Like all of OpenTelemetry's scopes, a scope belongs to its thread. {@link
 * #wrap(Runnable)} takes it to another thread, {@link #wrap(Executor)} to those of an executor, and
 * {@link #wrap(Stream)} into a lazy stream; coroutines have {@code withSession} and {@code
 * withPhoenixContext}. Close a scope on its thread, and an inner scope before the outer one. A
 * scope that is closed in another way loses its effect everywhere, and a warning is logged.
 *
 * <p><b>Nothing here fails an application.</b> Null, blank texts, empty maps and empty lists are
 * ignored. Metadata that JSON cannot hold, text that Phoenix cannot store (with a NUL character or
 * half a surrogate pair), and ids of more than 2,600 bytes are left out with a warning. Nothing
 * leaves the process except in spans: only {@link #withBaggage()} puts ids into OpenTelemetry's
 * baggage.
 */
public final class PhoenixContext implements ImplicitContextKeyed {
  private final Attributes attributes;
  private final IdCopies copies;

  private PhoenixContext(Attributes attributes, IdCopies copies) {
    this.attributes = attributes;
    this.copies = copies;
  }

  /** Not for the baggage: from there, ids would leave the process without being asked to. */
  static PhoenixContext of(ContextEntry entry) {
    return new PhoenixContext(
        entry.attributes(), new IdCopies(false, entry.copies().asConversation()));
  }

  /**
   * Creates a context with a session only.
   *
   * @param sessionId the session's id; null or blank for none
   * @return a context
   */
  public static PhoenixContext session(@Nullable String sessionId) {
    return builder().sessionId(sessionId).build();
  }

  /**
   * Creates a context with a user only.
   *
   * @param userId the user's id; null or blank for none
   * @return a context
   */
  public static PhoenixContext user(@Nullable String userId) {
    return builder().userId(userId).build();
  }

  /**
   * Returns what a span that starts now gets from the open scopes.
   *
   * @return the merged context; empty outside of any scope
   */
  public static PhoenixContext current() {
    return from(Context.current());
  }

  /**
   * Returns what a span that starts in an OpenTelemetry context gets from it.
   *
   * @param context any context
   * @return the merged context
   */
  public static PhoenixContext from(Context context) {
    return of(ContextEntry.validIn(requireNonNull(context, "context")));
  }

  /**
   * Returns an empty builder.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder(Attributes.builder(), IdCopies.NONE);
  }

  /**
   * Returns a builder with all that is set in this context.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(attributes.toBuilder(), copies);
  }

  /**
   * Returns the same context, whose session and user also go into OpenTelemetry's baggage, under
   * the names of the attributes; so do those of scopes inside. It is for the spans of
   * OpenTelemetry's Java agent, which sees only the baggage and can copy it to its spans.
   *
   * <p><b>Baggage leaves the process:</b> instrumentations send it along with every request, also
   * to third parties.
   *
   * @return another context
   */
  public PhoenixContext withBaggage() {
    return new PhoenixContext(attributes, copies.and(IdCopies.BAGGAGE));
  }

  /**
   * Returns the same context, whose session is also set as {@code gen_ai.conversation.id}, the name
   * that OpenTelemetry has for it; so are the sessions of scopes inside. Phoenix needs only {@code
   * session.id}. For all spans of a program, see {@link
   * PhoenixContextSpanProcessor#withConversationId()}.
   *
   * @return another context
   */
  public PhoenixContext withConversationId() {
    return new PhoenixContext(attributes, copies.and(IdCopies.CONVERSATION));
  }

  /**
   * Returns the session's id.
   *
   * @return the id, or null if none is set
   */
  public @Nullable String sessionId() {
    return attributes.get(OpenInferenceAttributes.SESSION_ID);
  }

  /**
   * Returns the user's id.
   *
   * @return the id, or null if none is set
   */
  public @Nullable String userId() {
    return attributes.get(OpenInferenceAttributes.USER_ID);
  }

  /**
   * Returns all attributes that spans get, under the names of OpenInference.
   *
   * @return attributes
   */
  public Attributes attributes() {
    return copies.spanAttributes(attributes);
  }

  /**
   * Applies this context to a span that has started: sets its attributes, in place of those that
   * the span has under the same names. Child spans are not affected.
   *
   * @param span a span that has not ended
   */
  public void applyTo(Span span) {
    requireNonNull(span, "span").setAllAttributes(attributes());
  }

  /**
   * Opens a scope: spans that start on this thread get the attributes of this context until the
   * scope is closed.
   *
   * @return a scope, to be closed on this thread; closing it again does nothing
   */
  @Override
  public Scope makeCurrent() {
    ContextEntry entry = ContextEntry.over(Context.current(), attributes, copies);
    return PhoenixScope.open(
        entry.storeOver(Context.current()),
        () -> ContextEntry.of(Context.current()) == entry,
        entry::end);
  }

  /**
   * Returns an OpenTelemetry context that has this context merged over its own, for instance for
   * {@code spanBuilder.setParent}.
   *
   * @param context any context
   * @return another context
   */
  @Override
  public Context storeInContext(Context context) {
    return ContextEntry.over(requireNonNull(context, "context"), attributes, copies)
        .storeOver(context);
  }

  /**
   * Returns a task that runs in the OpenTelemetry context of this moment, with this context over
   * it, on whatever thread.
   *
   * @param task the task to run
   * @return the task with its context
   */
  public Runnable wrap(Runnable task) {
    return storeInContext(Context.current()).wrap(requireNonNull(task, "task"));
  }

  /**
   * Returns a task that runs in the OpenTelemetry context of this moment, with this context over
   * it, on whatever thread.
   *
   * @param task the task to call
   * @param <T> the type of its result
   * @return the task with its context
   */
  public <T extends @Nullable Object> Callable<T> wrap(Callable<T> task) {
    return storeInContext(Context.current()).wrap(requireNonNull(task, "task"));
  }

  /**
   * Returns a stream whose elements are made in the OpenTelemetry context of this moment, with this
   * context over it, wherever and whenever that happens. A stream is lazy: without this, its work
   * belongs to the session of the code that consumes it, if any. A span that is current there is
   * the parent of the spans that start in the stream; else it is the span that is current now.
   *
   * @param stream not yet consumed
   * @param <T> what is in it
   * @return the stream with its context; closing it closes the other
   */
  public <T> Stream<T> wrap(Stream<T> stream) {
    return DeferredContext.of(this).wrap(requireNonNull(stream, "stream"));
  }

  /**
   * Returns an executor whose tasks run in the OpenTelemetry context in which they were submitted,
   * with this context over it. {@link Context#taskWrapping} does the same without setting anything.
   *
   * @param executor runs the tasks, for instance on virtual threads
   * @return another view of the executor
   */
  public Executor wrap(Executor executor) {
    requireNonNull(executor, "executor");
    return task -> executor.execute(wrap(task));
  }

  /** Shows no values: they may be about people. */
  @Override
  public String toString() {
    return attributes().asMap().keySet().stream()
        .map(AttributeKey::getKey)
        .collect(Collectors.joining(", ", "PhoenixContext(", ")"));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PhoenixContext that
        && attributes.equals(that.attributes)
        && copies.equals(that.copies);
  }

  @Override
  public int hashCode() {
    return attributes.hashCode();
  }

  /** Builds a context. Not thread-safe. */
  public static final class Builder {
    private final AttributesBuilder attributes;
    private final IdCopies copies;

    private Builder(AttributesBuilder attributes, IdCopies copies) {
      this.attributes = attributes;
      this.copies = copies;
    }

    /**
     * Sets the session.
     *
     * @param sessionId the session's id, stripped of surrounding space; ignored if null or blank
     * @return this
     */
    public Builder sessionId(@Nullable String sessionId) {
      return put(OpenInferenceAttributes.SESSION_ID, stripped(sessionId));
    }

    /**
     * Sets the user.
     *
     * @param userId the user's id; ignored if null or blank
     * @return this
     */
    public Builder userId(@Nullable String userId) {
      return put(OpenInferenceAttributes.USER_ID, stripped(userId));
    }

    /**
     * Sets the metadata. Values that JSON has no form for are written as their {@code toString()}.
     *
     * @param metadata names and values; ignored if null or empty, and, with a warning in the log,
     *     if they are nested more than 100 deep or have text that Phoenix cannot store
     * @return this
     */
    public Builder metadata(@Nullable Map<String, ? extends @Nullable Object> metadata) {
      return json(OpenInferenceAttributes.METADATA, metadata);
    }

    /**
     * Sets the tags.
     *
     * @param tags the tags; blank ones are left out, and an empty list is ignored
     * @return this
     */
    public Builder tags(String... tags) {
      return tags(Arrays.asList(requireNonNull(tags, "tags")));
    }

    /**
     * Sets the tags.
     *
     * @param tags the tags; blank ones are left out, and an empty list is ignored
     * @return this
     */
    public Builder tags(@Nullable Collection<String> tags) {
      return put(OpenInferenceAttributes.TAGS, tags == null ? null : new ArrayList<>(tags));
    }

    /**
     * Sets the prompt template.
     *
     * @param template the prompt before its variables were filled in; ignored if null or blank
     * @return this
     */
    public Builder promptTemplate(@Nullable String template) {
      return put(OpenInferenceAttributes.LLM_PROMPT_TEMPLATE, template);
    }

    /**
     * Sets the version of the prompt template.
     *
     * @param version any text; ignored if null or blank
     * @return this
     */
    public Builder promptTemplateVersion(@Nullable String version) {
      return put(OpenInferenceAttributes.LLM_PROMPT_TEMPLATE_VERSION, version);
    }

    /**
     * Sets the values of the prompt template's variables. Values that JSON has no form for are
     * written as their {@code toString()}.
     *
     * @param variables names and values; as {@link #metadata}
     * @return this
     */
    public Builder promptTemplateVariables(
        @Nullable Map<String, ? extends @Nullable Object> variables) {
      return json(OpenInferenceAttributes.LLM_PROMPT_TEMPLATE_VARIABLES, variables);
    }

    /**
     * Sets any other attribute.
     *
     * @param key name and type
     * @param value the value; ignored if null or blank
     * @param <T> the type of the value
     * @return this
     */
    public <T> Builder attribute(AttributeKey<T> key, @Nullable T value) {
      return put(requireNonNull(key, "key"), value);
    }

    /**
     * Sets any other attributes.
     *
     * @param others names and values
     * @return this
     */
    public Builder attributes(Attributes others) {
      requireNonNull(others, "others").forEach(this::putAny);
      return this;
    }

    /**
     * Builds the context.
     *
     * @return a context
     */
    public PhoenixContext build() {
      return new PhoenixContext(attributes.build(), copies);
    }

    /** As Phoenix stores it: under the stripped id it is found and annotated. */
    private static @Nullable String stripped(@Nullable String id) {
      return id == null ? null : id.strip();
    }

    private <T> Builder put(AttributeKey<T> key, @Nullable T value) {
      AttributeValues.put(attributes, key, value);
      return this;
    }

    @SuppressWarnings("unchecked") // Attributes hold values of the types of their keys.
    private <T> void putAny(AttributeKey<T> key, Object value) {
      put(key, (T) value);
    }

    private Builder json(
        AttributeKey<String> key, @Nullable Map<String, ? extends @Nullable Object> values) {
      AttributeValues.putJson(attributes, key, values);
      return this;
    }
  }
}
