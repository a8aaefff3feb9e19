/**
 * No code: this module is for its dependencies, which are what an application of Spring Boot 4
 * needs. The auto-configuration is in {@code phoenix-kt-spring-boot-autoconfigure}.
 */
package io.github.phoenixkt.spring.starter;
