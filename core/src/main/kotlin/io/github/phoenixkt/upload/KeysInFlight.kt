package io.github.phoenixkt.upload

import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CompletableDeferred

/**
 * Beyond these the oldest are forgotten, for each Phoenix: some 15 MB. A copy that is older than
 * ten minutes is forgotten, too.
 */
private const val MOST_COPIES = 50_000

/**
 * Which keys of one Phoenix are being written, and of which older copies may still wait in its
 * queue: by all clients in this JVM. Phoenix writes what it takes from its queue some time after it
 * has seen that nothing newer is stored, so that a queued row can replace one that was confirmed
 * later.
 */
internal class KeysInFlight {
    private class Place(val claim: Claim) {
        var next: Place? = null
    }

    /** @property owner null when several have queued copies */
    private class Copies(val owner: Any?, val latest: Instant, val until: Instant)

    private val places = HashMap<RowKey, Place>()
    private val copies = LinkedHashMap<RowKey, Copies>()

    /**
     * Lines up for all of [keys] at once, first come, first served, so that no two wait for each
     * other. What the [owner] holds already it need not wait for; who holds keys must not wait for
     * others in order to let go of them.
     */
    fun claim(keys: List<RowKey>, owner: Any): Claim = Claim(owner).also { it.enter(keys) }

    internal inner class Claim(private val owner: Any) : AutoCloseable {
        private val turn = CompletableDeferred<Unit>()
        private val entered = ArrayList<RowKey>(0)
        private var ahead = 0

        /** Whether the keys are the owner's now. */
        val granted: Boolean
            get() = turn.isCompleted

        suspend fun await() = turn.await()

        fun enter(keys: List<RowKey>) {
            synchronized(this@KeysInFlight) {
                entered.ensureCapacity(keys.size)
                keys.forEach(::enter)
                if (ahead == 0) turn.complete(Unit)
            }
        }

        private fun enter(key: RowKey) {
            val first = places[key]
            if (first == null) places[key] = Place(this)
            else {
                if (first.claim.owner === owner) return
                val last = generateSequence(first) { it.next }.last()
                if (last.claim === this) return
                last.next = Place(this)
                ahead++
            }
            entered += key
        }

        /** The next in line may go on. */
        override fun close() {
            val next = synchronized(this@KeysInFlight) { entered.mapNotNull(::leave) }
            // Not under the lock: what waits may go on at once, on this thread.
            next.forEach { it.turn.complete(Unit) }
        }

        private fun leave(key: RowKey): Claim? {
            val first = places.getValue(key)
            if (first.claim === this) {
                val next = first.next
                if (next == null) places -= key else places[key] = next
                return next?.claim?.takeIf { --it.ahead == 0 }
            }
            val before = generateSequence(first) { it.next }.first { it.next?.claim === this }
            before.next = before.next?.next
            return null
        }
    }

    /** The [owner] is about to queue these; copies may wait in Phoenix's queue from [now] on. */
    @Synchronized
    fun queued(keys: List<RowKey>, owner: Any, now: Instant, until: Instant) {
        for (key in keys) {
            val before = copies.remove(key)?.takeIf { it.until > now }
            val sole = if (before == null || before.owner === owner) owner else null
            copies[key] = Copies(sole, now, maxOf(until, before?.until ?: until))
        }
        val oldest = copies.values.iterator()
        while (oldest.hasNext() && (oldest.next().until <= now || copies.size > MOST_COPIES)) {
            oldest.remove()
        }
    }

    /** No copy of these that was queued before can follow. */
    @Synchronized
    fun settled(keys: Collection<RowKey>) {
        keys.forEach(copies::remove)
    }

    /**
     * Those of [keys] of which copies may wait in Phoenix's queue with other values than the
     * [owner]'s, and when the last of these was queued.
     */
    @Synchronized
    fun queuedByOthers(keys: List<RowKey>, owner: Any, now: Instant): Map<RowKey, Instant> {
        if (copies.isEmpty()) return emptyMap()
        val found = HashMap<RowKey, Instant>()
        for (key in keys) {
            val copy = copies[key] ?: continue
            if (copy.until > now && copy.owner !== owner) found[key] = copy.latest
        }
        return found
    }

    companion object {
        private val byEndpoint = ConcurrentHashMap<String, KeysInFlight>()

        /** The one for a server, however many clients there are. */
        fun of(endpoint: String): KeysInFlight =
            byEndpoint.computeIfAbsent(endpoint) { KeysInFlight() }
    }
}
