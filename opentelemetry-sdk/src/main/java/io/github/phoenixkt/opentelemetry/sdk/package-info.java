/**
 * No code: this module is for its dependency. OpenTelemetry's artifacts fit only those of their own
 * release. An exporter that the application names brings all of them, and is nearer to it than
 * this.
 */
package io.github.phoenixkt.opentelemetry.sdk;
