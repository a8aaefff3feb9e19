package io.github.phoenixkt.sessions

import io.github.phoenixkt.internal.InternalPhoenixApi
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.spans.StoredSpan
import java.time.Instant
import java.util.stream.Collector

/**
 * Statistics of one session, computed from its spans.
 *
 * ```
 * val stats = SessionStats.Accumulator()
 * client.spans.getSpans().collect(stats::add)
 * SessionStats.longest(stats.sessions(), 10).forEach(::println)
 * ```
 *
 * A latency is the time from a span's start to its end, in milliseconds. Every span counts, whether
 * it is nested or not. For the time that users waited, read root spans only.
 *
 * @property sessionId the attribute `session.id`, or `session_id` in the metadata. Null for the
 *   statistics of all spans that have neither.
 * @property turns the number of traces
 * @property spans the number of spans
 * @property latencyMsMean the mean latency; null if no span has both times
 * @property latencyMsSum the sum of the latencies; 0 if no span has both times
 * @property latencyMsMax the longest latency; null if no span has both times
 * @property latencyMsP95 the 95th percentile of the latencies; null if no span has both times. It
 *   is exact: interpolated between the two latencies nearest to position 0.95 × (n − 1), like the
 *   default of pandas.
 * @property tokenCountPrompt the sum of `llm.token_count.prompt`; 0 if no span has it
 * @property tokenCountCompletion the sum of `llm.token_count.completion`; 0 if no span has it
 * @property tokenCountTotal the sum of `llm.token_count.total`; 0 if no span has it
 * @property errors the number of spans with the status `ERROR`
 * @property startTime the earliest start; null if no span has a start, which is possible only in a
 *   data frame
 * @property endTime the latest end; null if no span has an end, which is possible only in a data
 *   frame
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
     * Collects spans one by one. It keeps 8 bytes per span, for the exact percentile, and the trace
     * id of each turn, but not the spans. Not thread-safe.
     */
    public class Accumulator {
        private val bySession = LinkedHashMap<String?, SessionFigures>()

        /**
         * Adds a span.
         *
         * @throws IllegalArgumentException if a token count of the span is not a number
         */
        public fun add(span: StoredSpan): Unit = count(countedSpan(span))

        /**
         * Adds a span that was read from another form, such as a row of a data frame.
         *
         * @suppress
         */
        @InternalPhoenixApi
        @JvmSynthetic
        public fun count(span: CountedSpan) {
            bySession.getOrPut(span.sessionId, ::SessionFigures).add(span)
        }

        /**
         * Returns the statistics of each session so far, in the order in which the sessions
         * started. If there are spans without a session, the last entry is theirs, and its
         * [SessionStats.sessionId] is null.
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
         * Returns the statistics of each session of these spans, in the order in which the sessions
         * started. If there are spans without a session, the last entry is theirs, and its
         * [SessionStats.sessionId] is null.
         *
         * @throws IllegalArgumentException if a token count of a span is not a number
         */
        @JvmStatic
        public fun of(spans: Iterable<StoredSpan>): List<SessionStats> =
            Accumulator().apply { spans.forEach(::add) }.sessions()

        /**
         * Returns a collector that does the same as [of] for a stream, without keeping its spans:
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
         * Returns the sessions with the most turns, the longest first. Sessions with the same
         * number of turns are ordered by their number of spans, then as in [sessions]. The entry of
         * spans without a session is left out.
         *
         * @param n the most sessions to return, at least 1
         */
        @JvmStatic
        public fun longest(sessions: Collection<SessionStats>, n: Int): List<SessionStats> {
            require(n >= 1) { "n is $n: use 1 or more." }
            return sessions
                .filter { it.sessionId != null }
                .sortedWith(compareBy({ -it.turns }, { -it.spans }))
                .take(n)
        }
    }
}
