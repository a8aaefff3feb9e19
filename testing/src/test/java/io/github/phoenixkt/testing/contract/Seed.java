package io.github.phoenixkt.testing.contract;

/** One span, its trace, its session, and the project they are in. */
record Seed(String project, String span, String trace, String session) {
  /** The raw id of the target of a level. */
  String target(Level targetKind) {
    return switch (targetKind) {
      case SPAN -> span;
      case TRACE -> trace;
      case SESSION -> session;
    };
  }

  /** The page of annotations of the target. */
  String annotations(Level targetKind) {
    return "/v1/projects/"
        + project
        + targetKind.path()
        + "?"
        + targetKind.idsParameter()
        + "="
        + target(targetKind);
  }
}
