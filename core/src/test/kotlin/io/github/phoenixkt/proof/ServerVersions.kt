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
import java.util.Base64
import java.util.concurrent.atomic.AtomicInteger

/**
 * What a server of this version must do with a call that needs each capability: carry it out, or
 * never see it. Every capability has a conversation of its own, because some calls delete it.
 */
internal suspend fun versionTableDifferences(endpoint: String): List<String> {
    val differences = mutableListOf<String>()
    var allowed = 0
    var refused = 0
    var version: ServerVersion? = null
    for (capability in callsOf(there(Conversation())).keys) {
        val conversation = Conversation()
        val requests = AtomicInteger()
        client(endpoint, conversation, requests).use { client ->
            version = client.serverVersion()
            // Old servers do not make the project of new spans.
            client.projects.create(conversation.project)
            conversation.record(client)
            requests.set(0)
            val known = checkNotNull(version)
            val call = callsOf(there(conversation)).getValue(capability)
            val outcome = runCatching { call(client) }.exceptionOrNull()
            val isAllowed = known >= capability.since
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

private fun there(of: Conversation) =
    There(
        of.project,
        of.llmSpan,
        of.retrieverSpan,
        of.traceId,
        of.sessionId,
        newSpanId(),
        unique("config"),
        Base64.getEncoder().encodeToString("Trace:1".toByteArray()),
    )
