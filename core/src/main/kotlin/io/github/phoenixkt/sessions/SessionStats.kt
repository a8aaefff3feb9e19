package io.github.phoenixkt.sessions

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.spans.StoredSpan
import java.time.Instant
import java.util.stream.Collector

/**
 * Figures of one session, made of its spans.
 *
 * ```
 * val stats = SessionStats.Accumulator()
 * client.spans.getSpans().collect(stats::add)
 * SessionStats.longest(stats.sessions(), 10).forEach(::println)
 * ```
 *
 * Spans in spans count each for themselves; ask for root spans only for the time that people
 * waited. Latencies are those of the spans, from start to end, in milliseconds.
 *
 * @property sessionId the attribute `session.id`, else `session_id` in the metadata; null for the
 *   spans that have neither, taken together
 * @property turns how many traces
 * @property spans how many spans
 * @property latencyMsMean the mean; null where no span has both times
 * @property latencyMsSum the sum; 0 where no span has both times
 * @property latencyMsMax the longest; null where no span has both times
 * @property latencyMsP95 the 95th percentile; null where no span has both times. It is exact:
 *   interpolated between the two nearest latencies, at the position 0.95 × (n − 1) of the sorted
 *   ones, as pandas does by default.
 * @property tokenCountPrompt tokens of all prompts together; 0 where no span has any
 * @property tokenCountCompletion tokens of all completions together; 0 where no span has any
 * @property tokenCountTotal the sum of `llm.token_count.total`; 0 where no span has any
 * @property errors how many spans have the status `ERROR`
 * @property startTime the first start; null only where no row of a frame has one
 * @property endTime the last end; null only where no row of a frame has one
 */
public class SessionStats
internal constructor(
    public val sessionId: String?,
    public val turns: Int,
    public val spans: Int,
    public val latencyMsMean: Double?,
    public val latencyMsSum: Double,
    public val latencyMsMax: Double?,
    public val latencyMsP95: Double?,
    public val tokenCountPrompt: Long,
    public val tokenCountCompletion: Long,
    public val tokenCountTotal: Long,
    public val errors: Int,
    public val startTime: Instant?,
    public val endTime: Instant?,
) {
    override fun toString(): String =
        "SessionStats(${sessionId?.forMessage() ?: "no session"}, $turns turns, $spans spans, $errors errors, " +
            "latency $latencyMsSum ms, $tokenCountTotal tokens, from $startTime)"

    /**
     * Takes spans one by one and keeps none of them: per span the 8 bytes of its latency, which the
     * exact percentile takes, and per turn the id of its trace. Not thread-safe.
     */
    public class Accumulator {
        private val bySession = LinkedHashMap<String?, SessionFigures>()

        /**
         * Counts one more span.
         *
         * @throws IllegalArgumentException when a token count of the span is no number
         */
        public fun add(span: StoredSpan): Unit = count(countedSpan(span))

        /** For spans in other forms; [span] has been read from one row. */
        @InternalPhoenixApi
        @JvmSynthetic
        public fun count(span: CountedSpan) {
            bySession.getOrPut(span.sessionId, ::SessionFigures).add(span)
        }

        /**
         * The figures so far, in the order in which the sessions began. Where there are spans
         * without a session, they are the last entry, whose [SessionStats.sessionId] is null.
         */
        public fun sessions(): List<SessionStats> =
            bySession
                .map { (id, figures) -> figures.toStats(id) }
                .sortedWith(
                    compareBy<SessionStats> { it.sessionId == null }
                        .thenBy(nullsLast()) { it.startTime }
                )

        internal fun merge(other: Accumulator): Accumulator = apply {
            other.bySession.forEach { (id, figures) ->
                bySession.getOrPut(id, ::SessionFigures).merge(figures)
            }
        }
    }

    public companion object {
        /**
         * Figures of each session of these spans, in the order in which the sessions began. Spans
         * without a session are not dropped: where there are any, they are the last entry, whose
         * [SessionStats.sessionId] is null.
         *
         * @throws IllegalArgumentException when a token count of a span is no number
         */
        @JvmStatic
        public fun of(spans: Iterable<StoredSpan>): List<SessionStats> =
            Accumulator().apply { spans.forEach(::add) }.sessions()

        /**
         * What [of] gives, of a stream that is read once and not kept:
         * ```java
         * try (var spans = phoenix.spans().getSpans()) {
         *   List<SessionStats> sessions = spans.collect(SessionStats.collector());
         * }
         * ```
         */
        @JvmStatic
        public fun collector(): Collector<StoredSpan, *, List<SessionStats>> =
            Collector.of(
                ::Accumulator,
                { accumulator, span -> accumulator.add(span) },
                Accumulator::merge,
                Accumulator::sessions,
            )

        /**
         * The [n] of these [sessions] with the most turns, the longest first. Of sessions with as
         * many turns, the one with more spans comes first, then the one that stands first. Spans
         * without a session are left out.
         *
         * @param n at least 1; fewer come back where there are fewer sessions
         */
        @JvmStatic
        public fun longest(sessions: Collection<SessionStats>, n: Int): List<SessionStats> {
            require(n >= 1) { "n is $n: ask for at least one session." }
            return sessions
                .filter { it.sessionId != null }
                .sortedWith(compareBy({ -it.turns }, { -it.spans }))
                .take(n)
        }
    }
}
