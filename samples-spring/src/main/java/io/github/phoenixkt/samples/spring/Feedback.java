package io.github.phoenixkt.samples.spring;

import io.github.phoenixkt.annotations.AnnotatorKind;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.BlockingAnnotationQueue;
import jakarta.servlet.http.HttpSession;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.http.ResponseEntity;

/** Thumbs, which the queue brings to Phoenix: also when Phoenix is away for a while. */
@RestController
class Feedback {
  private final BlockingAnnotationQueue queue;

  Feedback(BlockingAnnotationQueue queue) {
    this.queue = queue;
  }

  @PostMapping("/feedback")
  ResponseEntity<Void> thumb(
      @RequestParam String span, @RequestParam boolean up, HttpSession visitor) {
    if (!answered(visitor).contains(span)) {
      return ResponseEntity.status(HttpStatus.FORBIDDEN).build(); // An answer of somebody else.
    }
    var annotation =
        SpanAnnotationData.builder(span, "user feedback")
            .annotatorKind(AnnotatorKind.HUMAN)
            .label(up ? "thumbs-up" : "thumbs-down")
            .score(up ? 1 : 0)
            .identifier(conversationOf(visitor)) // A second thumb replaces the first.
            .build();
    try {
      boolean accepted = queue.offer(annotation).getAccepted();
      return ResponseEntity.status(accepted ? HttpStatus.ACCEPTED : HttpStatus.SERVICE_UNAVAILABLE)
          .build();
    } catch (IllegalArgumentException e) { // It cannot be sent: for instance, without a result.
      return ResponseEntity.badRequest().build();
    }
  }

  String conversationOf(HttpSession visitor) {
    return attribute(visitor, "conversation", UUID.randomUUID().toString());
  }

  /** Lets the visitor judge the answer of a span. */
  String expect(HttpSession visitor, String span) {
    answered(visitor).add(span);
    return span;
  }

  private static Set<String> answered(HttpSession visitor) {
    return attribute(visitor, "answered", ConcurrentHashMap.newKeySet());
  }

  @SuppressWarnings("unchecked") // Each name has one type.
  private static <T> T attribute(HttpSession visitor, String name, T initial) {
    synchronized (visitor) {
      if (visitor.getAttribute(name) == null) {
        visitor.setAttribute(name, initial);
      }
      return (T) visitor.getAttribute(name);
    }
  }
}
