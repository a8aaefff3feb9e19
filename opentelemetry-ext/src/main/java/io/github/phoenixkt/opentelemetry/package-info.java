/**
 * Feedback without handling ids: sessions, users and metadata for all spans of a scope ({@link
 * io.github.phoenixkt.opentelemetry.PhoenixContext}), and a capture of the spans that start in it
 * ({@link io.github.phoenixkt.opentelemetry.SpanCapture}). Both need a {@link
 * io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor} in the OpenTelemetry SDK.
 *
 * <p>What is not marked {@code @Nullable} is never null: a null argument is a {@link
 * java.lang.NullPointerException} that names the parameter.
 */
@NullMarked
package io.github.phoenixkt.opentelemetry;

import org.jspecify.annotations.NullMarked;
