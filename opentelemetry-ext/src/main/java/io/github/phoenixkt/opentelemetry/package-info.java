/**
 * Feedback without handling ids: sessions, users and metadata that every span started in a scope
 * carries ({@link io.github.phoenixkt.opentelemetry.PhoenixContext}), and spans that are captured
 * while they start ({@link io.github.phoenixkt.opentelemetry.SpanCapture}). Both need a {@link
 * io.github.phoenixkt.opentelemetry.PhoenixContextSpanProcessor} in the OpenTelemetry SDK.
 *
 * <p>What is not marked {@code @Nullable} is never null: a null argument is a {@link
 * java.lang.NullPointerException} that names the parameter.
 */
@NullMarked
package io.github.phoenixkt.opentelemetry;

import org.jspecify.annotations.NullMarked;
