package io.github.phoenixkt.spark.read;

import io.github.phoenixkt.internal.BestEffortJson;
import java.util.Set;
import java.util.function.Predicate;

/** How Phoenix finds rows by the texts of a column. */
enum TextFilter {
  /** By the whole text, which the client trims. */
  TRIMMED(TextFilter::isTrimmed, true),
  /** By the whole text. */
  VERBATIM(text -> !text.isBlank(), true),
  /** By one text only. */
  SINGLE(text -> isTrimmed(text) && !text.equals("null"), true),
  /** By the codes that it knows, in any case. It stores no others. */
  STATUS_CODE(Set.of("OK", "ERROR", "UNSET")::contains, true),
  /** By the kinds that all its versions know, ignoring the case of what is stored. */
  SPAN_KIND(
      Set.of(
              "LLM",
              "CHAIN",
              "TOOL",
              "RETRIEVER",
              "EMBEDDING",
              "AGENT",
              "RERANKER",
              "GUARDRAIL",
              "EVALUATOR",
              "PROMPT",
              "UNKNOWN")
          ::contains,
      false);

  private final Predicate<String> canSearch;
  private final boolean exact;

  TextFilter(Predicate<String> canSearch, boolean exact) {
    this.canSearch = canSearch;
    this.exact = exact;
  }

  boolean canSearch(String text) {
    return canSearch.test(text) && BestEffortJson.isStorable(text);
  }

  /** Whether Spark need not look again. */
  boolean isExact() {
    return exact;
  }

  private static boolean isTrimmed(String text) {
    return !text.isBlank() && !isSpace(text.charAt(0)) && !isSpace(text.charAt(text.length() - 1));
  }

  private static boolean isSpace(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || Character.isISOControl(character);
  }
}
