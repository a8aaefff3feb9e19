/**
 * The client, the annotation queue, tracing and feedback in an application of Spring Boot, 3.5 and
 * 4. Everything is set by {@code phoenix.*} properties; a bean of your own replaces one of ours.
 */
@NullMarked
package io.github.phoenixkt.spring;

import org.jspecify.annotations.NullMarked;
