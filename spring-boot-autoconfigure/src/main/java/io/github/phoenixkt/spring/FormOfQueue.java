package io.github.phoenixkt.spring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a bean that is another form of a queue that is a bean itself. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface FormOfQueue {}
