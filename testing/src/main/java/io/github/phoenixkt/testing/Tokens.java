package io.github.phoenixkt.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/** Token counts of some traces. */
record Tokens(long prompt, long completion) {

  static Tokens of(Stream<TraceRow> traces) {
    List<TraceRow> all = traces.toList();
    return new Tokens(
        all.stream().mapToLong(trace -> trace.tokens("prompt")).sum(),
        all.stream().mapToLong(trace -> trace.tokens("completion")).sum());
  }

  void addTo(ObjectNode json) {
    json.put("token_count_prompt", prompt);
    json.put("token_count_completion", completion);
    json.put("token_count_total", prompt + completion);
  }
}
