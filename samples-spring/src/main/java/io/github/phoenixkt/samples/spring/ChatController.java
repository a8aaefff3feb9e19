package io.github.phoenixkt.samples.spring;

import io.github.phoenixkt.opentelemetry.OpenInferenceSpanKind;
import io.github.phoenixkt.opentelemetry.PhoenixContext;
import io.github.phoenixkt.opentelemetry.SpanCapture;
import io.github.phoenixkt.spring.PhoenixReactor;
import io.opentelemetry.context.Scope;
import jakarta.servlet.http.HttpSession;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streams answers. The last event of one is the id of the span that feedback on it belongs to. */
@RestController
class ChatController {
  private final ChatClient chat;
  private final Feedback feedback;

  ChatController(ChatClient.Builder chat, Feedback feedback) {
    this.chat = chat.build();
    this.feedback = feedback;
  }

  @PostMapping(path = "/answers", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<String>> answer(@RequestParam String question, HttpSession visitor) {
    SpanCapture capture = SpanCapture.detached();
    try (Scope session = PhoenixContext.session(feedback.conversationOf(visitor)).makeCurrent();
        Scope captured = capture.makeCurrent()) {
      return chat.prompt(question).stream()
          .content()
          .map(words -> event("words", words))
          .concatWith(Mono.fromSupplier(() -> event("span", feedback.expect(visitor, model(capture)))))
          .doFinally(end -> capture.close())
          .contextWrite(PhoenixReactor.context());
    }
  }

  private static String model(SpanCapture capture) {
    var calls = capture.ofKind(OpenInferenceSpanKind.LLM);
    return calls.isEmpty() ? "" : calls.get(calls.size() - 1).spanId();
  }

  private static ServerSentEvent<String> event(String name, String data) {
    // Server-sent events lose a space at the beginning of their data.
    return ServerSentEvent.builder(" " + data).event(name).build();
  }
}
