/**
 * The client for Java: {@link io.github.phoenixkt.java.PhoenixBlockingClient}, whose methods wait,
 * and {@link io.github.phoenixkt.java.PhoenixAsyncClient}, whose methods return a {@link
 * java.util.concurrent.CompletableFuture}. Both do exactly what the Kotlin client does.
 *
 * <p>A parameter or result without {@code @Nullable} is never null. A null argument makes the
 * method throw a {@link java.lang.NullPointerException} that names the parameter, before anything
 * is sent.
 */
@NullMarked
package io.github.phoenixkt.java;

import org.jspecify.annotations.NullMarked;
