/**
 * The client, the annotation queue, tracing and feedback for applications with Spring Boot 3.5 or
 * 4. They are configured with {@code phoenix.*} properties. Your own beans replace those of the
 * starter.
 */
@NullMarked
package io.github.phoenixkt.spring;

import org.jspecify.annotations.NullMarked;
