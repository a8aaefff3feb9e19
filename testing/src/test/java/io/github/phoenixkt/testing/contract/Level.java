package io.github.phoenixkt.testing.contract;

import java.util.Locale;

/** The three levels whose annotations can be read back. */
enum Level {
  SPAN("SpanAnnotation"),
  TRACE("TraceAnnotation"),
  SESSION("ProjectSessionAnnotation");

  final String globalIdType;

  Level(String globalIdType) {
    this.globalIdType = globalIdType;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code /span_annotations}. */
  String path() {
    return "/" + word() + "_annotations";
  }

  String idsParameter() {
    return word() + "_ids";
  }

  /** One item of a request; {@code more} starts with a comma. */
  String item(String target, String name, String more) {
    return "{'"
        + word()
        + "_id':'"
        + target
        + "','name':'"
        + name
        + "','annotator_kind':'HUMAN'"
        + more
        + "}";
  }

  /** A request of one item. */
  String one(String target, String name, String more) {
    return "{'data':[" + item(target, name, more) + "]}";
  }

  String note(String target, String text, String more) {
    return "{'data':{'" + word() + "_id':'" + target + "','note':'" + text + "'" + more + "}}";
  }
}
