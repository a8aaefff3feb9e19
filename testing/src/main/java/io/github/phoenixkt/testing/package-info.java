/**
 * {@link io.github.phoenixkt.testing.FakePhoenix}: an in-memory Phoenix server on a loopback port,
 * for tests.
 *
 * <p>It answers as a real Phoenix does: same routes, same statuses, same bodies, same queue for
 * writes that are not confirmed, same quirks. On top of that it can be told to fail in every way a
 * network can.
 */
@NullMarked
package io.github.phoenixkt.testing;

import org.jspecify.annotations.NullMarked;
