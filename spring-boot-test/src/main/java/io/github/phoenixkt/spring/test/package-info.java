/** Tests of Spring Boot applications with a fake Phoenix or with one in a container. */
@NullMarked
package io.github.phoenixkt.spring.test;

import org.jspecify.annotations.NullMarked;
