package io.github.phoenixkt.upload

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.shouldBe
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Only a deadlock takes so long. */
private const val PATIENCE_SECONDS = 20L

private fun <T> onAnotherThread(work: () -> T): T =
    CompletableFuture.supplyAsync(work).get(PATIENCE_SECONDS, TimeUnit.SECONDS)

/** Listeners that wait for another thread, as one that updates a window does. */
class ListenerThreadsSpec :
    FunSpec({
        test("a progress listener may wait for a thread that reads the report") {
            lateinit var upload: Upload
            val seen = CopyOnWriteArrayList<Pair<Int, Int>>()
            val options = uploadOptions {
                delivery = Delivery.CONFIRMED
                progress = UploadProgressListener { progress ->
                    val report = onAnotherThread { upload.report }
                    seen += progress.done to report.outcomes.count { it.succeeded }
                }
            }
            val rows = (0 until 1_000).map { row(it) }
            upload = PhoenixModel().client.annotations.prepareUpload(rows, options)
            val report = withContext(Dispatchers.Default) { upload.run() }
            report.remarks.shouldBeEmpty()
            seen.map { it.first } shouldBe (100..1_000 step 100).toList()
            seen.all { (told, stored) -> stored >= told } shouldBe true
        }

        test("who follows the progress may wait for a thread that reads the report") {
            val rows = (0 until 500).map { row(it) }
            val options = uploadOptions { delivery = Delivery.CONFIRMED }
            val upload = PhoenixModel().client.annotations.prepareUpload(rows, options)
            val seen = mutableListOf<Int>()
            coroutineScope {
                val following =
                    launch(Dispatchers.Unconfined) {
                        upload.progress.collect {
                            onAnotherThread { upload.report }
                            seen += it.done
                        }
                    }
                upload.run()
                following.cancel()
            }
            seen.shouldBeSorted()
            seen.last() shouldBe 500
        }
    })
