package io.github.phoenixkt.upload

import io.github.phoenixkt.GuardedListener
import io.github.phoenixkt.annotations.AnnotationRows
import java.time.Clock
import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow

/** The outcome of each row so far. Written by the requests in flight, read at any time. */
internal class UploadState(
    private val rows: AnnotationRows,
    private val clock: Clock,
    listener: UploadProgressListener?,
) {
    private val listener = GuardedListener("progress listener", listener)
    private val outcomes = arrayOfNulls<RowOutcome>(rows.size)
    private val remarks = mutableListOf<String>()
    private var started: Instant = clock.instant()
    private var done = 0
    private var failed = 0
    private val progressState = MutableStateFlow(UploadProgress(0, 0, rows.size, Duration.ZERO))

    /** What ends the upload: no further request is begun once it is set. */
    @Volatile
    var stoppedBy: Exception? = null
        private set

    val progress: StateFlow<UploadProgress> = progressState.asStateFlow()

    /** The time begins now. */
    @Synchronized
    fun start() {
        started = clock.instant()
    }

    /** The rows are under way: what becomes of them is unknown until they are settled. */
    @Synchronized
    fun begin(sent: Collection<Int>) {
        sent.forEach { if (outcomes[it] == null) outcomes[it] = UNDER_WAY }
    }

    fun settle(settled: Map<Int, RowOutcome>) = settle(settled.keys) { settled.getValue(it) }

    @Synchronized
    fun settle(settled: Collection<Int>, outcome: (Int) -> RowOutcome) {
        for (row in settled) {
            val before = outcomes[row]
            if (before == null || before === UNDER_WAY) done++ else if (!before.succeeded) failed--
            val after = outcome(row).keeping(before)
            if (!after.succeeded) failed++
            outcomes[row] = after
        }
        val progress =
            UploadProgress(done, failed, rows.size, Duration.between(started, clock.instant()))
        progressState.value = progress
        listener.tell { it.onProgress(progress) }
    }

    @Synchronized
    fun remark(sentence: String) {
        if (sentence !in remarks) remarks += sentence
    }

    @Synchronized
    fun stop(cause: Exception) {
        if (stoppedBy == null) stoppedBy = cause
    }

    /** Those [among] rows, or all rows, whose outcome is [wanted]. */
    @Synchronized
    fun rowsWith(
        among: Iterable<Int> = outcomes.indices,
        wanted: (RowOutcome) -> Boolean,
    ): List<Int> = among.filter { row -> outcomes[row]?.let(wanted) ?: false }

    @Synchronized
    fun report(): UploadReport =
        UploadReport(
            rows,
            outcomes.map { it ?: RowOutcome.NotAttempted },
            stoppedBy,
            remarks + listOfNotNull(listener.remark()),
        )

    private companion object {
        val UNDER_WAY = RowOutcome.Unknown(cause = null)
    }
}

/** Another try that misses the target again does not take the copy out of Phoenix's queue. */
private fun RowOutcome.keeping(before: RowOutcome?): RowOutcome =
    if (
        this is RowOutcome.MissingTarget &&
            mayAppearUntil == null &&
            before is RowOutcome.MissingTarget
    )
        before
    else this
