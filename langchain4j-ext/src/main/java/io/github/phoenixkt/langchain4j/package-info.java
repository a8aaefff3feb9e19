/**
 * Spans of LangChain4j's chat models. {@link
 * io.github.phoenixkt.langchain4j.PhoenixChatModelListener} makes a span of each call, with its
 * messages, tools and tokens, in the session that is open around the call; {@link
 * io.github.phoenixkt.langchain4j.CallerContext} keeps that session while an answer is streamed.
 *
 * <p>What is not marked {@code @Nullable} is never null: a null argument is a {@link
 * java.lang.NullPointerException} that names the parameter.
 */
@NullMarked
package io.github.phoenixkt.langchain4j;

import org.jspecify.annotations.NullMarked;
