package io.github.phoenixkt.opentelemetry;

import io.opentelemetry.api.common.Attributes;

/**
 * Where the ids of session and user go besides the attributes of their own names.
 *
 * @param inBaggage into OpenTelemetry's baggage
 * @param asConversation the session's into {@code gen_ai.conversation.id}
 */
record IdCopies(boolean inBaggage, boolean asConversation) {
  static final IdCopies NONE = new IdCopies(false, false);
  static final IdCopies BAGGAGE = new IdCopies(true, false);
  static final IdCopies CONVERSATION = new IdCopies(false, true);

  IdCopies and(IdCopies others) {
    return new IdCopies(inBaggage || others.inBaggage, asConversation || others.asConversation);
  }

  /** What spans are given. A conversation that was named explicitly stays. */
  Attributes spanAttributes(Attributes attributes) {
    String session = attributes.get(OpenInferenceAttributes.SESSION_ID);
    boolean adds =
        asConversation
            && session != null
            && attributes.get(OpenInferenceAttributes.CONVERSATION_ID) == null;
    return adds
        ? attributes.toBuilder().put(OpenInferenceAttributes.CONVERSATION_ID, session).build()
        : attributes;
  }
}
