/**
 * What a Phoenix does on the wire, as tests. Each runs against {@code FakePhoenix} and, when {@code
 * PHOENIX_TEST_ENDPOINT}, {@code PHOENIX_TEST_POSTGRES_ENDPOINT} (and for authentication {@code
 * PHOENIX_TEST_AUTH_ENDPOINT}) is set, against that real server. Where they differ, the fake is
 * wrong.
 */
@NullMarked
package io.github.phoenixkt.testing.contract;

import org.jspecify.annotations.NullMarked;
