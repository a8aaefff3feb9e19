// What docs/testing.md shows, between the marks; a test compares the two.
// begin handler
package io.github.phoenixkt.samples.guides;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.SpanAnnotationData;
import io.github.phoenixkt.java.PhoenixBlockingClient;

record FeedbackHandler(PhoenixBlockingClient phoenix) {
  String thumbsUp(String spanId) {
    var annotation =
        SpanAnnotationData.builder(spanId, "user feedback").label("thumbs-up").score(1).build();
    try {
      phoenix.spans().addSpanAnnotationSync(annotation);
      return "thank you";
    } catch (PhoenixException.NotFound e) {
      return "unknown answer";
    } catch (PhoenixException e) {
      return "try again later";
    }
  }
}
// end handler
