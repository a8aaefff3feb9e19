/**
 * {@link io.github.phoenixkt.testing.FakePhoenix}: an in-memory Phoenix server on a loopback port,
 * for tests.
 *
 * <p>It answers like a real Phoenix: with the same routes, statuses, bodies and quirks, and the
 * same queue for writes that are not confirmed. It can also simulate the failures of a network.
 */
@NullMarked
package io.github.phoenixkt.testing;

import org.jspecify.annotations.NullMarked;
