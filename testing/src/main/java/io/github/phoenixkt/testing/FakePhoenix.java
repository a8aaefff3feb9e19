package io.github.phoenixkt.testing;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
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
 * <p>It behaves like Phoenix 20.26.1, or like an older version if you set one: it has the same
 * routes, checks, errors, pages and queue. Some routes are not simulated and answer 501 with an
 * explanation: the span query language ({@code POST /v1/spans}), OTLP ({@code POST /v1/traces},
 * {@code GET /v1/projects/{project}/spans/otlpv1}), {@code filter} expressions of traces and
 * sessions, and trace retention ({@code PATCH /v1/projects/{project}/retention}). Routes for
 * anything else than annotations, configs, projects, spans, traces and sessions do not exist: GET
 * returns the web page, other methods answer 405.
 *
 * <p>All threads are daemons, so the JVM can exit even if the fake was not closed. The class is
 * thread-safe.
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
    server =
        new LoopbackServer(
            builder.port,
            socket -> new Connection(socket, builder.idleTimeout, this::record, this::serve));
    // After what can fail: nobody closes a fake that did not start.
    long tick = atOnce ? TICK_MILLIS : builder.drainEvery.toMillis();
    ticker.scheduleWithFixedDelay(queue::drain, tick, tick, TimeUnit.MILLISECONDS);
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

  /** Records a request, and returns the fault that it meets, if any. */
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
   * Returns a builder, to start a fake with other settings.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the base URL for clients, without a slash at the end.
   *
   * @return for example {@code http://127.0.0.1:43117}
   */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.port() + rootPath);
  }

  /**
   * Returns the port.
   *
   * @return the port on which the server listens
   */
  public int port() {
    return server.port();
  }

  /**
   * Returns the clock that dates the rows.
   *
   * @return the clock
   */
  public FakeClock clock() {
    return clock;
  }

  /**
   * Advances the clock, and makes the queue do at once what is due by then.
   *
   * @param step how far to advance the clock
   * @throws IllegalArgumentException if it is negative
   */
  public void advance(Duration step) {
    clock.advance(step);
    queue.drain();
  }

  /**
   * Stores a span at once, and creates its project, trace and session if they do not exist.
   *
   * @param span the span
   */
  public void addSpan(FakeSpan span) {
    Arguments.present("span", span);
    synchronized (state.store) {
      state.store.addSpan(span.values());
    }
  }

  /**
   * Returns the stored annotations of one kind of target, in the order in which they were first
   * stored. They include notes.
   *
   * @param targetKind what the annotations are attached to
   * @return a copy
   */
  public List<StoredRow> annotations(FakeTargetKind targetKind) {
    Arguments.present("targetKind", targetKind);
    synchronized (state.store) {
      return state.store.annotations(targetKind).all().stream().map(AnnotationRow::view).toList();
    }
  }

  /**
   * Returns how many accepted annotations are not stored yet: new ones, and those whose target is
   * missing.
   *
   * @return the number
   */
  public int queued() {
    return queue.size();
  }

  /** Stores everything in the queue that can be stored, at once. */
  public void drainQueue() {
    queue.drain();
  }

  /**
   * Stops or restarts the queue. A stopped queue accepts writes but stores nothing.
   *
   * @param held whether to stop it
   */
  public void holdQueue(boolean held) {
    queue.hold(held);
  }

  /**
   * Returns all requests received so far, in order, including those that met a fault.
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
   * Adds faults for the next requests. A request takes the first fault that applies to it, in the
   * order in which the faults were added. A request for the server's version ({@code GET
   * /arize_phoenix_version}) takes only faults that {@link Fault#on} or {@link Fault#when} aims at
   * it.
   *
   * @param next the faults
   */
  public void failNext(Fault... next) {
    for (Fault fault : next) {
      Arguments.present("fault", fault);
    }
    for (Fault fault : next) {
      faults.add(fault);
    }
  }

  /** Removes all faults that have not happened yet. */
  public void clearFaults() {
    faults.clear();
  }

  /**
   * Returns how many faults have not happened yet.
   *
   * @return the number, at most {@link Integer#MAX_VALUE}, which is also that of a fault for ever
   */
  public int faultsLeft() {
    return faults.size();
  }

  /**
   * Makes the server behave like another version from now on. Stored data is kept.
   *
   * @param version for example {@code 11.2.0}
   * @throws IllegalArgumentException if it has another form
   */
  public void setVersion(String version) {
    state.version = ServerVersion.of(version);
  }

  /**
   * Turns read-only mode on or off. In this mode every route of the API answers 403.
   *
   * @param readOnly whether it is on
   */
  public void setReadOnly(boolean readOnly) {
    state.readOnly = readOnly;
  }

  /**
   * Turns the storage lock on or off. While it is on, most writes answer 507.
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
    private static final Pattern ROOT_PATH = Pattern.compile("|(/[\\w.~!$&'()*+,;=:@%-]*)+");

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
     * @param number the port; 0, the default, takes a free one
     * @return this builder
     * @throws IllegalArgumentException if it is not from 0 to 65,535
     */
    public Builder port(int number) {
      port = Arguments.within("port", number, 0, 65_535);
      return this;
    }

    /**
     * Sets the version. The server has only the routes, parameters and checks of that version.
     *
     * @param text for example {@code 11.2.0}
     * @return this builder
     * @throws IllegalArgumentException if it has another form
     */
    public Builder version(String text) {
      version = ServerVersion.of(text).text();
      return this;
    }

    /**
     * Sets the clock.
     *
     * @param fakeClock a running or a stopped one
     * @return this builder
     */
    public Builder clock(FakeClock fakeClock) {
      clock = Arguments.present("fakeClock", fakeClock);
      return this;
    }

    /**
     * Sets the database whose behaviour is simulated.
     *
     * @param flavour the database; SQLite by default
     * @return this builder
     */
    public Builder database(Database flavour) {
      database = Arguments.present("flavour", flavour);
      return this;
    }

    /**
     * Sets how often the queue is stored, in real time.
     *
     * @param interval the interval, 100 ms by default; zero stores a queued write before it is
     *     answered
     * @return this builder
     * @throws IllegalArgumentException if it is negative, above 24 days, or above zero and below 1
     *     ms
     */
    public Builder drainEvery(Duration interval) {
      drainEvery = Durations.check("drainEvery", interval);
      return this;
    }

    /**
     * Sets how long a connection may be idle before it is closed.
     *
     * @param timeout the time, 5 s by default, as on a real server; zero means for ever
     * @return this builder
     * @throws IllegalArgumentException if it is negative, above 24 days, or above zero and below 1
     *     ms
     */
    public Builder idleTimeout(Duration timeout) {
      idleTimeout = Durations.check("idleTimeout", timeout);
      return this;
    }

    /**
     * Sets a path in front of all routes, as if a proxy stripped it.
     *
     * @param path for example {@code /s/space}; empty for none
     * @return this builder
     * @throws IllegalArgumentException if it does not start with a slash, or if a URL cannot have
     *     it
     */
    public Builder rootPath(String path) {
      Arguments.require(
          ROOT_PATH.matcher(Arguments.present("path", path)).matches(),
          "path must be like /s/space: it starts with a slash, and has no space, query or fragment,"
              + " but is \""
              + path
              + "\".");
      rootPath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return this;
    }

    /**
     * Turns authentication on.
     *
     * @param adminSecret the secret with which everything is allowed
     * @param memberKey a member's API key, or null
     * @param viewerKey a viewer's API key, or null
     * @return this builder
     * @throws IllegalArgumentException if one of them is blank
     */
    public Builder auth(
        String adminSecret, @Nullable String memberKey, @Nullable String viewerKey) {
      keys.addAdminSecret(Arguments.text("adminSecret", adminSecret));
      if (memberKey != null) {
        keys.add(Role.MEMBER, Arguments.text("memberKey", memberKey));
      }
      if (viewerKey != null) {
        keys.add(Role.VIEWER, Arguments.text("viewerKey", viewerKey));
      }
      return this;
    }

    /**
     * Turns authentication on and adds an API key of a new user.
     *
     * @param role what the user may do
     * @param key the key
     * @return this builder
     * @throws IllegalArgumentException if the key is blank
     */
    public Builder apiKey(Role role, String key) {
      keys.add(Arguments.present("role", role), Arguments.text("key", key));
      return this;
    }

    /**
     * Turns authentication on and adds a key that has expired.
     *
     * @param key the key
     * @return this builder
     * @throws IllegalArgumentException if the key is blank
     */
    public Builder expiredKey(String key) {
      keys.addExpired(Arguments.text("key", key));
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
     * Sets whether requests are kept for {@link FakePhoenix#requests()}. If they are not, memory
     * does not grow with traffic.
     *
     * @param on true by default
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
