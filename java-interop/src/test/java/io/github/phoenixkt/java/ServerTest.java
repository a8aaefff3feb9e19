package io.github.phoenixkt.java;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test that runs on the fake and on a real server; its parameter is a {@link Server}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(Servers.class)
@interface ServerTest {
  /** Whether the fake knows what is asked of it. */
  boolean onFake() default true;
}
