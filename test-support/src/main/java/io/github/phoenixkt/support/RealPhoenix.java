package io.github.phoenixkt.support;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The real servers that {@code scripts/phoenix run} starts, each named by a variable. */
public enum RealPhoenix {
  /** On SQLite. */
  SQLITE(RealPhoenix.ENDPOINT),
  /** On PostgreSQL. */
  POSTGRESQL(RealPhoenix.POSTGRES_ENDPOINT),
  /** On SQLite, with authentication: see {@link #secret}. */
  AUTHENTICATED(RealPhoenix.AUTH_ENDPOINT);

  /** For {@code @EnabledIfEnvironmentVariable}. */
  public static final String ENDPOINT = "PHOENIX_TEST_ENDPOINT";

  /** Likewise. */
  public static final String POSTGRES_ENDPOINT = "PHOENIX_TEST_POSTGRES_ENDPOINT";

  /** Likewise. */
  public static final String AUTH_ENDPOINT = "PHOENIX_TEST_AUTH_ENDPOINT";

  private final String variable;

  RealPhoenix(String variable) {
    this.variable = variable;
  }

  /** Why tests against this server are skipped; null if it is there. */
  public @Nullable String missing() {
    String endpoint = System.getenv(variable);
    return endpoint == null || endpoint.isBlank()
        ? variable + " is not set: no real Phoenix to test against"
        : null;
  }

  /** The server's base URL. */
  public String endpoint() {
    return required(variable);
  }

  /**
   * A key of the authenticated server: {@code ADMIN_SECRET}, {@code MEMBER_KEY}, {@code
   * VIEWER_KEY}.
   */
  public static String secret(String name) {
    return required("PHOENIX_TEST_" + name);
  }

  /**
   * Whether a remark on an upload says only that the server was slow to store queued rows, as it
   * may be on a machine that has other work.
   */
  public static boolean isOfABusyServer(String remark) {
    return remark.startsWith("The queued rows did not appear in Phoenix within 15 s");
  }

  private static String required(String variable) {
    return Objects.requireNonNull(System.getenv(variable), () -> variable + " is not set");
  }
}
