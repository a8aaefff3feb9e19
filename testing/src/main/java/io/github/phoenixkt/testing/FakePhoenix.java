package io.github.phoenixkt.testing;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An in-memory Phoenix on a loopback port.
 *
 * <pre>{@code
 * try (var phoenix = FakePhoenix.start()) {
 *   phoenix.addSpan(FakeSpan.of("67f6740bbe1ddc3f"));
 *   // … a client with phoenix.endpoint() writes an annotation …
 *   assertThat(phoenix.annotations(FakeTargetKind.SPAN)).hasSize(1);
 * }
 * }</pre>
 *
 * <p>It behaves as Phoenix 20.26.1, or as the older version it is given: the same routes, checks,
 * errors, pages and queue. These answer 501, with a sentence that says so: the span query language
 * ({@code POST /v1/spans}), OTLP ({@code POST /v1/traces}, {@code GET
 * /v1/projects/{project}/spans/otlpv1}), {@code filter} expressions of traces and sessions, and
 * trace retention ({@code PATCH /v1/projects/{project}/retention}). Everything outside of
 * annotations, configs, projects, spans, traces and sessions is missing: a GET shows the web page,
 * other methods answer 405.
 *
 * <p>All threads are daemons, so a JVM ends even when the fake is never closed. It is safe for use
 * by several threads.
 */
public final class FakePhoenix implements AutoCloseable {
  private static final long TICK_MILLIS = 100;

  private final FakeClock clock;
  private final ServerState state;
  private final WriteQueue queue;
  private final FaultScript faults = new FaultScript();
  private final Dispatcher dispatcher;
  private final LoopbackServer server;
  private final String rootPath;
  private final List<ReceivedRequest> requests = new ArrayList<>();
  private final boolean recording;
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> LoopbackServer.daemon(task, "fake-phoenix-queue"));

  private FakePhoenix(Builder builder) {
    clock = builder.clock;
    rootPath = builder.rootPath;
    recording = builder.recording;
    state =
        new ServerState(
            new Store(clock), builder.keys, builder.database, ServerVersion.of(builder.version));
    state.readOnly = builder.readOnly;
    state.locked = builder.locked;
    queue = new WriteQueue(state);
    dispatcher = new Dispatcher(state, rootPath);
    boolean atOnce = builder.drainEvery.isZero();
    addRoutes(atOnce ? queue::drain : () -> {});
    if (state.has("15.7.0")) {
      state.store.configs.seed();
    }
    long tick = atOnce ? TICK_MILLIS : builder.drainEvery.toMillis();
    ticker.scheduleWithFixedDelay(queue::drain, tick, tick, TimeUnit.MILLISECONDS);
    server =
        new LoopbackServer(
            builder.port,
            socket -> new Connection(socket, builder.idleTimeout, this::record, this::serve));
  }

  private void addRoutes(Runnable afterQueueing) {
    new AnnotationWrites(state, queue, afterQueueing).addTo(dispatcher);
    new AnnotationReads(state).addTo(dispatcher);
    new AnnotationDeletes(state).addTo(dispatcher);
    new Notes(state).addTo(dispatcher);
    new Projects(state).addTo(dispatcher);
    new SpanWrites(state, queue, afterQueueing).addTo(dispatcher);
    new SpanReads(state).addTo(dispatcher);
    new Traces(state).addTo(dispatcher);
    new Sessions(state).addTo(dispatcher);
    new Configs(state).addTo(dispatcher);
    new ProjectConfigs(state).addTo(dispatcher);
    new Users(state).addTo(dispatcher);
    NotSimulated.addTo(dispatcher);
  }

  /** Every request passes here first; what comes back is the fault it meets, if any. */
  private @Nullable Fault record(ReceivedRequest request) {
    if (recording) {
      synchronized (requests) {
        requests.add(request);
      }
    }
    return faults.take(request);
  }

  private Reply serve(ReceivedRequest request) {
    try {
      return dispatcher.handle(request);
    } catch (RuntimeException | StackOverflowError bug) {
      return Reply.internalError();
    }
  }

  /**
   * Starts a fake of the newest known version on a free port.
   *
   * @return the running server
   */
  public static FakePhoenix start() {
    return builder().start();
  }

  /**
   * Starts with other settings.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The base URL for clients, without a slash at the end.
   *
   * @return for example {@code http://127.0.0.1:43117}
   */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.port() + rootPath);
  }

  /**
   * The port.
   *
   * @return the port it listens on
   */
  public int port() {
    return server.port();
  }

  /**
   * The clock that dates the rows.
   *
   * @return the clock
   */
  public FakeClock clock() {
    return clock;
  }

  /**
   * Moves the clock and lets the queue do at once what is due by then.
   *
   * @param step how far
   */
  public void advance(Duration step) {
    clock.advance(step);
    queue.drain();
  }

  /**
   * Stores a span, and the project, trace and session it implies, at once.
   *
   * @param span the span
   */
  public void addSpan(FakeSpan span) {
    synchronized (state.store) {
      state.store.addSpan(span.values());
    }
  }

  /**
   * What is stored, in the order of first storing.
   *
   * @param targetKind spans, documents, traces or sessions
   * @return a copy; notes are among them
   */
  public List<StoredRow> annotations(FakeTargetKind targetKind) {
    synchronized (state.store) {
      return state.store.annotations(targetKind).all().stream().map(AnnotationRow::view).toList();
    }
  }

  /**
   * How many accepted annotations are not stored yet: new ones and those whose target is missing.
   *
   * @return the number
   */
  public int queued() {
    return queue.size();
  }

  /** Stores at once what is in the queue and can be stored. */
  public void drainQueue() {
    queue.drain();
  }

  /**
   * Stops or restarts the queue. While it is held, queued writes are accepted and nothing is
   * stored.
   *
   * @param held whether to hold it
   */
  public void holdQueue(boolean held) {
    queue.hold(held);
  }

  /**
   * All requests received so far, in order, those that met a fault included.
   *
   * @return a copy
   */
  public List<ReceivedRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Forgets the requests received so far. */
  public void clearRequests() {
    synchronized (requests) {
      requests.clear();
    }
  }

  /**
   * Scripts what goes wrong next. Faults are used up in the order they were added; a request takes
   * the first that is meant for it. A client's question for the server's version ({@code GET
   * /arize_phoenix_version}) passes all faults by but those aimed at it with {@link Fault#on} or
   * {@link Fault#when}.
   *
   * @param next the faults
   */
  public void failNext(Fault... next) {
    for (Fault fault : next) {
      faults.add(fault);
    }
  }

  /** Forgets all faults that have not happened yet. */
  public void clearFaults() {
    faults.clear();
  }

  /**
   * How many scripted faults have not happened yet.
   *
   * @return the number
   */
  public int faultsLeft() {
    return faults.size();
  }

  /**
   * From now on behaves as another version. Stored data stays.
   *
   * @param version for example {@code 11.2.0}
   */
  public void setVersion(String version) {
    state.version = ServerVersion.of(version);
  }

  /**
   * Switches read-only mode: every route of the API answers 403.
   *
   * @param readOnly whether it is on
   */
  public void setReadOnly(boolean readOnly) {
    state.readOnly = readOnly;
  }

  /**
   * Switches storage lock: most writes answer 507.
   *
   * @param locked whether it is on
   */
  public void setLocked(boolean locked) {
    state.locked = locked;
  }

  /** Closes all connections and frees the port. */
  @Override
  public void close() {
    ticker.shutdownNow();
    server.close();
  }

  @Override
  public String toString() {
    return "FakePhoenix(" + endpoint() + ", " + state.version.text() + ")";
  }

  /** Settings of a {@link FakePhoenix}. */
  public static final class Builder {
    private final Keys keys = new Keys();
    private int port;
    private String version = "20.26.1";
    private FakeClock clock = FakeClock.running();
    private Database database = Database.SQLITE;
    private Duration drainEvery = Duration.ofMillis(TICK_MILLIS);
    private Duration idleTimeout = Duration.ofSeconds(5);
    private String rootPath = "";
    private boolean readOnly;
    private boolean locked;
    private boolean recording = true;

    private Builder() {}

    /**
     * Sets the port.
     *
     * @param number 0, the default, takes a free one
     * @return this builder
     */
    public Builder port(int number) {
      port = number;
      return this;
    }

    /**
     * Sets the version: routes, parameters and checks that it does not have yet are missing.
     *
     * @param text for example {@code 11.2.0}
     * @return this builder
     */
    public Builder version(String text) {
      version = text;
      return this;
    }

    /**
     * Sets the clock.
     *
     * @param fakeClock a running or a stopped one
     * @return this builder
     */
    public Builder clock(FakeClock fakeClock) {
      clock = fakeClock;
      return this;
    }

    /**
     * Sets the database to behave like.
     *
     * @param flavour SQLite unless set
     * @return this builder
     */
    public Builder database(Database flavour) {
      database = flavour;
      return this;
    }

    /**
     * Sets how often the queue is stored, in real time.
     *
     * @param interval 100 ms unless set; zero stores a queued write before it is answered
     * @return this builder
     */
    public Builder drainEvery(Duration interval) {
      drainEvery = interval;
      return this;
    }

    /**
     * Sets after which time an idle connection is closed.
     *
     * @param timeout 5 s unless set, as on a real server; zero means never
     * @return this builder
     */
    public Builder idleTimeout(Duration timeout) {
      idleTimeout = timeout;
      return this;
    }

    /**
     * Sets a path in front of all routes, as a proxy that strips it.
     *
     * @param path for example {@code /s/space}
     * @return this builder
     */
    public Builder rootPath(String path) {
      rootPath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return this;
    }

    /**
     * Switches authentication on.
     *
     * @param adminSecret the secret that may do everything
     * @param memberKey a member's API key, if any
     * @param viewerKey a viewer's API key, if any
     * @return this builder
     */
    public Builder auth(
        String adminSecret, @Nullable String memberKey, @Nullable String viewerKey) {
      keys.addAdminSecret(adminSecret);
      if (memberKey != null) {
        keys.add(Role.MEMBER, memberKey);
      }
      if (viewerKey != null) {
        keys.add(Role.VIEWER, viewerKey);
      }
      return this;
    }

    /**
     * Switches authentication on and adds an API key of a new user.
     *
     * @param role what its owner may do
     * @param key the key
     * @return this builder
     */
    public Builder apiKey(Role role, String key) {
      keys.add(role, key);
      return this;
    }

    /**
     * Switches authentication on and adds a key that is no longer valid.
     *
     * @param key the key
     * @return this builder
     */
    public Builder expiredKey(String key) {
      keys.addExpired(key);
      return this;
    }

    /**
     * Starts in read-only mode.
     *
     * @return this builder
     */
    public Builder readOnly() {
      readOnly = true;
      return this;
    }

    /**
     * Starts with storage locked.
     *
     * @return this builder
     */
    public Builder locked() {
      locked = true;
      return this;
    }

    /**
     * Sets whether requests are kept for {@link FakePhoenix#requests()}; without it memory does not
     * grow with traffic.
     *
     * @param on true unless set
     * @return this builder
     */
    public Builder recording(boolean on) {
      recording = on;
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the running server
     */
    public FakePhoenix start() {
      return new FakePhoenix(this);
    }
  }
}
