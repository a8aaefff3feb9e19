package io.github.phoenixkt

import io.github.phoenixkt.testing.FakePhoenix
import java.util.concurrent.atomic.AtomicInteger

private val servers = AtomicInteger()

/**
 * A server with a base URL of its own. The client remembers what it has queued at a base URL, and
 * the system may give the port of an earlier test again.
 */
fun ownFake(): FakePhoenix =
    FakePhoenix.builder().rootPath("/server-${servers.incrementAndGet()}").start()
