package io.github.phoenixkt.testing.contract;

/** One span, its trace, its session, and the project they are in. */
record Seed(String project, String span, String trace, String session) {
  /** The raw id of the target of a level. */
  String target(Level level) {
    return switch (level) {
      case SPAN -> span;
      case TRACE -> trace;
      case SESSION -> session;
    };
  }

  /** The page of annotations of the target. */
  String annotations(Level level) {
    return "/v1/projects/"
        + project
        + level.path()
        + "?"
        + level.idsParameter()
        + "="
        + target(level);
  }
}
