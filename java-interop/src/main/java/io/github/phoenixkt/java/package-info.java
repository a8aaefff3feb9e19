/**
 * The client for Java: {@link io.github.phoenixkt.java.PhoenixBlockingClient}, whose methods wait,
 * and {@link io.github.phoenixkt.java.PhoenixAsyncClient}, whose methods give a {@link
 * java.util.concurrent.CompletableFuture}. Both do exactly what the Kotlin client does.
 *
 * <p>What is not marked {@code @Nullable} is never null: a null argument is a {@link
 * java.lang.NullPointerException} that names the parameter, thrown before anything is sent.
 */
@NullMarked
package io.github.phoenixkt.java;

import org.jspecify.annotations.NullMarked;
