package io.github.phoenixkt.dataframe.jupyter

import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.UploadProgress
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveAtLeastSize
import io.kotest.matchers.collections.shouldHaveSize

class NotebookProgressSpec :
    FunSpec({
        test("it shows the first, then one each tenth of a second, and always the last") {
            val events = progressOf(rows = 600)
            events shouldHaveAtLeastSize 5
            var now = 0L
            val shown = mutableListOf<String>()
            val ids = mutableSetOf<String>()
            val progress =
                NotebookProgress(
                    { value, id ->
                        shown += "first ${(value as UploadProgress).done}".also { ids += id }
                    },
                    { value, id ->
                        shown += "then ${(value as UploadProgress).done}".also { ids += id }
                    },
                    { now },
                )
            progress.onProgress(events[0])
            now = 99_999_999
            progress.onProgress(events[1])
            now = 100_000_000
            progress.onProgress(events[2])
            progress.onProgress(events[3])
            progress.onProgress(events.last())
            shown shouldContainExactly
                listOf(
                    "first ${events[0].done}",
                    "then ${events[2].done}",
                    "then ${events.last().done}",
                )
            ids shouldHaveSize 1
        }
    })

private suspend fun progressOf(rows: Int): List<UploadProgress> {
    val events = mutableListOf<UploadProgress>()
    FakePhoenix.start().use { fake ->
        val options = uploadOptions {
            delivery = Delivery.CONFIRMED
            progress = UploadProgressListener { events += it }
        }
        uploadOf(fake, List(rows) { "known" }, options)
    }
    return events
}
