package io.github.phoenixkt.dataframe.jupyter

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.AnnotatorKind
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.dataframe.SpanEvaluations
import io.github.phoenixkt.dataframe.logEvaluations
import io.github.phoenixkt.support.HeldPort
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.upload.BadRows
import io.github.phoenixkt.upload.Delivery
import io.github.phoenixkt.upload.UploadOptions
import io.github.phoenixkt.upload.UploadProgress
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.UploadReport
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.flow.toList
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf
import org.jetbrains.kotlinx.dataframe.api.toColumn

class NotebookHtmlSpec :
    FunSpec({
        test("a complete report is one line") {
            FakePhoenix.start().use { fake ->
                val html = reportHtml(uploadOf(fake, List(3) { "known" }))
                html shouldContain "<b>3 rows: 3 Stored (complete)</b>"
                html shouldNotContain "<table>"
            }
        }

        test("a row that did not succeed is shown with what and why, and nothing of it is HTML") {
            FakePhoenix.start().use { fake ->
                val html = reportHtml(uploadOf(fake, listOf("known", "<script>'\"&")))
                html shouldContain "2 rows: 1 Stored, 1 MissingTarget (incomplete)"
                html shouldContain "<td>&lt;script&gt;&#39;&quot;&amp;</td>"
                html shouldContain "<td>MissingTarget</td><td>Phoenix does not know the target"
                html shouldNotContain "<script>"
            }
        }

        test("of many failures the first twenty are shown, and the others are counted") {
            FakePhoenix.start().use { fake ->
                val html = reportHtml(uploadOf(fake, List(25) { "missing-$it" }))
                Regex("<td>missing-").findAll(html).count() shouldBe 20
                html shouldContain "and 5 more"
            }
        }

        test("skipped rows are no failure of the upload") {
            FakePhoenix.start().use { fake ->
                val options = uploadOptions {
                    delivery = Delivery.CONFIRMED
                    onInvalid = BadRows.SKIP
                }
                val html = reportHtml(uploadOf(fake, listOf("known", " "), options))
                html shouldContain "1 Stored, 1 Skipped (complete but for skipped rows)"
                html shouldContain "<td>Skipped</td>"
            }
        }

        test("a list that a read returns is shown one item per line") {
            FakePhoenix.start().use { fake ->
                clientOf(fake).use { client ->
                    repeat(21) { client.projects.create("<project $it>") }
                    client.projects.list().toString() shouldContain "has not been read yet"
                    notebookHtml(client.projects.list()).shouldBeNull()
                    val html = notebookHtml(client.projects.list().toList()).shouldNotBeNull()
                    html shouldContain "<b>22 items</b>"
                    html shouldContain "<ol start=\"0\"><li>Project(&lt;project 20&gt;, id="
                    html shouldContain "<li>Project(&lt;project 3&gt;, id="
                    html shouldContain "and 2 more"
                }
            }
            notebookHtml(listOf("a", "b")).shouldBeNull()
            notebookHtml(emptyList<Any>()).shouldBeNull()
        }

        test("what stopped an upload is shown") {
            val report =
                HeldPort.open().use { nobody ->
                    clientOf(nobody.endpoint()).use { client ->
                        client.annotations.upload(annotations(listOf("known")), uploadOptions {})
                    }
                }
            reportHtml(report) shouldContain "stopped by: "
        }

        test("evaluations are shown under their name; a set that was not sent says why") {
            FakePhoenix.start().use { fake ->
                clientOf(fake).use { client ->
                    known(fake)
                    val unusable = dataFrameOf(listOf("a").toColumn("label"))
                    val html =
                        evaluationsHtml(
                            client.logEvaluations(
                                SpanEvaluations("<funny>", judged("known")),
                                SpanEvaluations("lost", unusable),
                                projectName = "default",
                            )
                        )
                    html shouldContain "<b>SpanEvaluations(&lt;funny&gt;, 1 rows)</b>"
                    html shouldContain "1 rows: 1 Stored (complete)"
                    html shouldContain "<b>SpanEvaluations(lost, 1 rows)</b></div>"
                    html shouldContain ">not sent: The frame cannot be read"
                }
            }
        }

        test("progress is a bar, with the figures beside it") {
            FakePhoenix.start().use { fake ->
                val seen = mutableListOf<UploadProgress>()
                val options = uploadOptions { progress = UploadProgressListener { seen += it } }
                uploadOf(fake, List(250) { "known" }, options)
                progressHtml(seen.last()) shouldContain """<progress value="250" max="250""""
                progressHtml(seen.last()) shouldContain "250 of 250 rows"
            }
        }
    })

internal fun clientOf(fake: FakePhoenix) = clientOf(fake.endpoint().toString())

private fun clientOf(url: String) = PhoenixClient {
    environment = PhoenixEnvironment.empty()
    endpoint = url
    retry { maxAttempts = 1 }
}

internal fun annotations(spanIds: List<String>) = spanIds.mapIndexed { index, id ->
    SpanAnnotationData(id, "vote", AnnotatorKind.CODE, label = "up", identifier = "$index")
}

internal fun judged(vararg spanIds: String): AnyFrame =
    dataFrameOf(spanIds.toList().toColumn("span_id"), spanIds.map { 1.0 }.toColumn("score"))

internal fun known(fake: FakePhoenix) {
    fake.addSpan(FakeSpan.of("known"))
}

internal suspend fun uploadOf(
    fake: FakePhoenix,
    spanIds: List<String>,
    options: UploadOptions = uploadOptions { delivery = Delivery.CONFIRMED },
): UploadReport {
    known(fake)
    return clientOf(fake).use { it.annotations.upload(annotations(spanIds), options) }
}
