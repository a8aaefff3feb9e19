package io.github.phoenixkt

import io.github.phoenixkt.testing.FakePhoenix
import java.util.concurrent.atomic.AtomicInteger

private val servers = AtomicInteger()

/**
 * A server with a base URL of its own. The client remembers what it has queued at a base URL, and
 * the system may give the port of an earlier test again.
 */
fun ownFake(configure: FakePhoenix.Builder.() -> Unit = {}): FakePhoenix =
    FakePhoenix.builder().rootPath("/server-${servers.incrementAndGet()}").apply(configure).start()
