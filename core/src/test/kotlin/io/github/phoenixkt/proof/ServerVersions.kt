package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.RequestEvent
import io.github.phoenixkt.ServerVersion
import io.github.phoenixkt.contract.Conversation
import io.github.phoenixkt.contract.There
import io.github.phoenixkt.contract.callsOf
import io.github.phoenixkt.contract.newSpanId
import io.github.phoenixkt.contract.unique
import io.github.phoenixkt.transport.Capability
import io.kotest.assertions.nondeterministic.eventually
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.seconds

/**
 * What a server of this version must do with a call that needs each capability: carry it out, or
 * never see it. Every capability has a conversation of its own, because some calls delete it.
 */
internal suspend fun versionTableDifferences(endpoint: String): List<String> {
    val differences = mutableListOf<String>()
    var allowed = 0
    var refused = 0
    var version: ServerVersion? = null
    for (capability in callsOf(there(Conversation(), "")).keys) {
        val conversation = Conversation()
        val requests = AtomicInteger()
        client(endpoint, conversation, requests).use { client ->
            version = client.serverVersion()
            // Old servers do not make the project of new spans.
            client.projects.create(conversation.project)
            conversation.record(client)
            val known = checkNotNull(version)
            val isAllowed = known >= capability.since
            val cursor =
                if (isAllowed && capability == Capability.PAGES_OF_TRACES)
                    cursorOf(client, conversation)
                else "Trace:1"
            requests.set(0)
            val call = callsOf(there(conversation, cursor)).getValue(capability)
            val outcome = runCatching { call(client) }.exceptionOrNull()
            if (isAllowed) allowed++ else refused++
            val asSaid =
                if (isAllowed) outcome == null
                else outcome is PhoenixException.ServerTooOld && requests.get() == 0
            if (!asSaid)
                differences += "$capability on $known: $outcome after ${requests.get()} requests"
        }
    }
    println(
        "Phoenix $version: $allowed calls allowed, $refused refused, ${differences.size} differences"
    )
    return differences
}

private fun client(endpoint: String, of: Conversation, requests: AtomicInteger) = PhoenixClient {
    environment = PhoenixEnvironment(emptyMap())
    this.endpoint = endpoint
    project = of.project
    listener =
        object : PhoenixListener {
            override fun onRequest(event: RequestEvent) {
                requests.incrementAndGet()
            }
        }
}

/** One that the server has made: it refuses any other. */
private suspend fun cursorOf(client: PhoenixClient, first: Conversation): String {
    client.spans.logSpans(Conversation().spans(), first.project)
    var cursor: String? = null
    eventually(60.seconds) {
        cursor = client.traces.getTracesPage(limit = 1).nextCursor
        check(cursor != null) { "the second trace is not there yet" }
    }
    return checkNotNull(cursor)
}

private fun there(of: Conversation, cursor: String) =
    There(
        of.project,
        of.llmSpan,
        of.retrieverSpan,
        of.traceId,
        of.sessionId,
        newSpanId(),
        unique("config"),
        cursor,
    )
