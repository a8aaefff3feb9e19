package io.github.phoenixkt.upload

import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import kotlinx.coroutines.CompletableDeferred

/**
 * Beyond these the oldest are forgotten, for each Phoenix: some 15 MB. A copy that is older than
 * ten minutes is forgotten with the next write, too.
 */
private const val MOST_COPIES = 50_000

/**
 * Which keys of one Phoenix are being written, and of which older copies may still wait in its
 * queue: by all clients in this JVM. Phoenix writes what it takes from its queue some time after it
 * has seen that nothing newer is stored, so that a queued row can replace one that was confirmed
 * later.
 */
internal class KeysInFlight {
    /** @property owner null when several have queued copies */
    internal class Copies(val owner: Any?, val latest: Instant, val until: Instant)

    /** That copies of [key] may wait, and what was known of it [before]. */
    internal class Note(val key: RowKey, val before: Copies?, val made: Copies)

    private val holders = HashMap<RowKey, Claim>()

    /** Who waits for a key, in their order; only of keys that someone waits for. */
    private val lines = HashMap<RowKey, ArrayDeque<Claim>>()
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
            val holder = holders.putIfAbsent(key, this)
            if (holder != null) {
                if (holder.owner === owner) return
                val line = lines.getOrPut(key, ::ArrayDeque)
                if (line.lastOrNull() === this) return
                line += this
                ahead++
            }
            entered += key
        }

        /** The next in line may go on. */
        override fun close() = leave(entered)

        /** As [close], for some of the keys. */
        fun leave(keys: List<RowKey>) {
            val next = synchronized(this@KeysInFlight) { keys.mapNotNull { leave(it) } }
            // Not under the lock: what waits may go on at once, on this thread.
            next.forEach { it.turn.complete(Unit) }
        }

        private fun leave(key: RowKey): Claim? {
            val line = lines[key]
            val isHolder = holders[key] === this
            val next = if (isHolder) line?.removeFirstOrNull() else null
            when {
                !isHolder -> line?.remove(this)
                next == null -> holders -= key
                else -> holders[key] = next
            }
            if (line != null && line.isEmpty()) lines -= key
            return next?.takeIf { --it.ahead == 0 }
        }
    }

    /**
     * The [owner] is about to queue these; copies may wait in Phoenix's queue from [now] on.
     *
     * @return for [takeBack]
     */
    @Synchronized
    fun queued(keys: List<RowKey>, owner: Any, now: Instant, until: Instant): List<Note> {
        val notes = keys.map { key ->
            val before = copies.remove(key)?.takeIf { it.until > now }
            val sole = if (before == null || before.owner === owner) owner else null
            val made = Copies(sole, now, maxOf(until, before?.until ?: until))
            copies[key] = made
            Note(key, before, made)
        }
        forgetOldest(now)
        return notes
    }

    /** These were not queued after all. What has been noted of a key since then stays. */
    @Synchronized
    fun takeBack(notes: List<Note>) {
        for (note in notes.asReversed()) {
            if (copies[note.key] !== note.made) continue
            if (note.before == null) copies -= note.key else copies[note.key] = note.before
        }
    }

    private fun forgetOldest(now: Instant) {
        val oldest = copies.values.iterator()
        while (oldest.hasNext() && (oldest.next().until <= now || copies.size > MOST_COPIES)) {
            oldest.remove()
        }
    }

    /** How many copies are remembered. */
    internal val remembered: Int
        @Synchronized get() = copies.size

    /** No copy of these that was queued before can follow. */
    @Synchronized
    fun arrived(keys: Collection<RowKey>) {
        keys.forEach(copies::remove)
    }

    /**
     * Those of [keys] of which copies may wait in Phoenix's queue with other values than the
     * [owner]'s, and when the last of these was queued.
     */
    @Synchronized
    fun queuedByOthers(keys: List<RowKey>, owner: Any, now: Instant): Map<RowKey, Instant> {
        forgetOldest(now)
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
