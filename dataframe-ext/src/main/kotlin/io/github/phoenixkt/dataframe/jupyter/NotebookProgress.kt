package io.github.phoenixkt.dataframe.jupyter

import io.github.phoenixkt.upload.UploadProgress
import io.github.phoenixkt.upload.UploadProgressListener
import java.util.UUID

/**
 * Shows the progress of one upload below the cell, in place.
 *
 * @param display shows a value for the first time, under an id
 * @param updateDisplay shows it anew
 * @param nanoTime the clock
 */
internal class NotebookProgress(
    private val display: (Any, String) -> Unit,
    private val updateDisplay: (Any, String) -> Unit,
    private val nanoTime: () -> Long = System::nanoTime,
) : UploadProgressListener {
    private val id = "phoenix-upload-${UUID.randomUUID()}"
    private var shownAt: Long? = null

    override fun onProgress(progress: UploadProgress) {
        val now = nanoTime()
        val last = shownAt
        // A front end that gets hundreds of displays a second lags behind or drops them.
        val tooSoon = last != null && now - last < INTERVAL_NANOS
        if (tooSoon && progress.done < progress.total) return
        shownAt = now
        if (last == null) display(progress, id) else updateDisplay(progress, id)
    }

    private companion object {
        const val INTERVAL_NANOS = 100_000_000L
    }
}
