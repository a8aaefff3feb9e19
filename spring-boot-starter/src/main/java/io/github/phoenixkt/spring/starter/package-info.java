/**
 * This module has no code, only the dependencies that an application with Spring Boot 4 needs. The
 * auto-configuration is in {@code phoenix-kt-spring-boot-autoconfigure}.
 */
package io.github.phoenixkt.spring.starter;
