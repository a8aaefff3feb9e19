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
 * What every span carries that starts in a scope: session, user, metadata, tags, prompt template,
 * and any other attributes. Immutable.
 *
 * <pre>{@code
 * try (Scope scope = PhoenixContext.session("user-42-conv-7").makeCurrent()) {
 *   answer(question); // every span of it, whoever starts it, is of that session
 * }
 * }</pre>
 *
 * <p>It takes effect where a {@link PhoenixContextSpanProcessor} is part of the OpenTelemetry SDK;
 * without one, or without an SDK, it does nothing. Scopes nest: an inner one replaces what it names
 * (metadata and tags whole, other attributes one by one), and keeps the rest. Attributes that the
 * span is started with win.
 *
 * <p><b>Threads.</b> A scope is of its thread, as all of OpenTelemetry's are. Take it along with
 * {@link #wrap(Runnable)}, or for a whole executor with {@link Context#taskWrapping}; coroutines
 * have {@code withSession} and {@code withPhoenixContext}. Close a scope on its thread, and the
 * inner before the outer one: what is closed otherwise is no longer used anywhere, and a warning is
 * logged.
 *
 * <p><b>Nothing here fails an application.</b> Null, blank texts, empty maps and empty lists are as
 * if they had not been given. Metadata that JSON cannot hold, and text that Phoenix cannot store
 * (it has a NUL character, or half a surrogate pair), are left out with a warning. Nothing leaves
 * the process but in spans: ids are put into OpenTelemetry's baggage only by {@link
 * #withBaggage()}.
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
   * A context with a session alone.
   *
   * @param sessionId which session; null or blank for none
   * @return a context
   */
  public static PhoenixContext session(@Nullable String sessionId) {
    return builder().sessionId(sessionId).build();
  }

  /**
   * A context with a user alone.
   *
   * @param userId which user; null or blank for none
   * @return a context
   */
  public static PhoenixContext user(@Nullable String userId) {
    return builder().userId(userId).build();
  }

  /**
   * What the scopes that are open here make of a span that starts now.
   *
   * @return all that is set; empty outside of any scope
   */
  public static PhoenixContext current() {
    return from(Context.current());
  }

  /**
   * What an OpenTelemetry context makes of a span that starts in it.
   *
   * @param context any context
   * @return all that is set in it
   */
  public static PhoenixContext from(Context context) {
    return of(ContextEntry.validIn(requireNonNull(context, "context")));
  }

  /**
   * A builder that starts empty.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder(Attributes.builder(), IdCopies.NONE);
  }

  /**
   * A builder that starts with what is set here.
   *
   * @return a builder
   */
  public Builder toBuilder() {
    return new Builder(attributes.toBuilder(), copies);
  }

  /**
   * The same, with session and user in OpenTelemetry's baggage, too, under the names of the
   * attributes; so are those of the scopes inside. It is for spans that OpenTelemetry's Java agent
   * makes: the agent sees nothing else of what is set here, and copies baggage to its spans when
   * told to.
   *
   * <p><b>Baggage leaves the process:</b> instrumentations send it along with requests, to whomever
   * they go.
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
   * The session.
   *
   * @return its id, or null when none is set
   */
  public @Nullable String sessionId() {
    return attributes.get(OpenInferenceAttributes.SESSION_ID);
  }

  /**
   * The user.
   *
   * @return their id, or null when none is set
   */
  public @Nullable String userId() {
    return attributes.get(OpenInferenceAttributes.USER_ID);
  }

  /**
   * All that spans are given, under the names of OpenInference.
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
   * Opens a scope: spans that start on this thread carry what is set here, until it is closed.
   *
   * @return to be closed on this thread; closing it again does nothing
   */
  @Override
  public Scope makeCurrent() {
    ContextEntry entry = ContextEntry.over(Context.current(), attributes, copies);
    return PhoenixScope.open(
        entry.storeIn(Context.current()),
        () -> ContextEntry.of(Context.current()) == entry,
        entry::end);
  }

  /**
   * An OpenTelemetry context with what is set here over what it has, for instance for {@code
   * spanBuilder.setParent}.
   *
   * @param context any context
   * @return another context
   */
  @Override
  public Context storeInContext(Context context) {
    return ContextEntry.over(requireNonNull(context, "context"), attributes, copies)
        .storeIn(context);
  }

  /**
   * A task that runs in the OpenTelemetry context of this moment, with what is set here over it,
   * wherever it runs.
   *
   * @param task what to run
   * @return the task with its context
   */
  public Runnable wrap(Runnable task) {
    return storeInContext(Context.current()).wrap(requireNonNull(task, "task"));
  }

  /**
   * A task that runs in the OpenTelemetry context of this moment, with what is set here over it,
   * wherever it runs.
   *
   * @param task what to call
   * @param <T> what it gives
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
   * An executor whose tasks each run in the OpenTelemetry context in which they were handed over,
   * with what is set here over it. {@link Context#taskWrapping} does the same without setting
   * anything.
   *
   * @param executor where tasks run
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

  /** Collects what spans are to carry. Not thread-safe. */
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
     * @param sessionId which session, without space around it; nothing changes when it is null or
     *     blank
     * @return this
     */
    public Builder sessionId(@Nullable String sessionId) {
      return put(OpenInferenceAttributes.SESSION_ID, stripped(sessionId));
    }

    /**
     * Sets the user.
     *
     * @param userId which user; nothing changes when it is null or blank
     * @return this
     */
    public Builder userId(@Nullable String userId) {
      return put(OpenInferenceAttributes.USER_ID, stripped(userId));
    }

    /**
     * Sets the metadata. What JSON has no form for is written as its text.
     *
     * @param metadata names and values; nothing changes when there are none, and, with a warning in
     *     the log, when it cannot be written: nested more than 100 deep, or text that Phoenix
     *     cannot store
     * @return this
     */
    public Builder metadata(@Nullable Map<String, ? extends @Nullable Object> metadata) {
      return json(OpenInferenceAttributes.METADATA, metadata);
    }

    /**
     * Sets the tags.
     *
     * @param tags words; blank ones are left out, and nothing changes when there are no others
     * @return this
     */
    public Builder tags(String... tags) {
      return tags(Arrays.asList(requireNonNull(tags, "tags")));
    }

    /**
     * Sets the tags.
     *
     * @param tags words; blank ones are left out, and nothing changes when there are no others
     * @return this
     */
    public Builder tags(@Nullable Collection<String> tags) {
      return put(OpenInferenceAttributes.TAGS, tags == null ? null : new ArrayList<>(tags));
    }

    /**
     * Sets the prompt template.
     *
     * @param template the prompt before its variables were filled in; nothing changes when it is
     *     null or blank
     * @return this
     */
    public Builder promptTemplate(@Nullable String template) {
      return put(OpenInferenceAttributes.LLM_PROMPT_TEMPLATE, template);
    }

    /**
     * Sets which edition of the prompt template it is.
     *
     * @param version any text; nothing changes when it is null or blank
     * @return this
     */
    public Builder promptTemplateVersion(@Nullable String version) {
      return put(OpenInferenceAttributes.LLM_PROMPT_TEMPLATE_VERSION, version);
    }

    /**
     * Sets what the variables of the prompt template are. What JSON has no form for is written as
     * its text.
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
     * @param value what to set; nothing changes when it is null or blank
     * @param <T> type
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
     * The context.
     *
     * @return a context
     */
    public PhoenixContext build() {
      return new PhoenixContext(attributes.build(), copies);
    }

    /** As Phoenix stores it: by what it is annotated and found. */
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
