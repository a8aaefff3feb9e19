package io.github.phoenixkt.dataframe.jupyter

import io.github.phoenixkt.dataframe.EvaluationsReport
import io.github.phoenixkt.dataframe.toDataFrame
import io.github.phoenixkt.upload.UploadProgress
import io.github.phoenixkt.upload.UploadReport

/** How many rows or items are shown; the others are counted. */
private const val SHOWN_ROWS = 20

internal fun progressHtml(progress: UploadProgress): String =
    """<div><progress value="${progress.done}" max="${progress.total.coerceAtLeast(1)}" style="width: 24em"></progress> """ +
        "${escape(progress.toString())}</div>"

internal fun evaluationsHtml(reports: List<EvaluationsReport>): String =
    reports.joinToString("") { one ->
        val verdict =
            one.report?.let(::reportHtml)
                ?: paragraph(
                    (if (one.failure is IllegalArgumentException) "not sent: " else "failed: ") +
                        one.reason
                )
        heading(one.evaluations.toString()) + verdict
    }

/** What a read returns, one item per line. */
internal fun itemsHtml(items: List<*>): String {
    val shown = items.take(SHOWN_ROWS).joinToString("") { "<li>${escape("$it")}</li>" }
    val more = items.size - SHOWN_ROWS
    return heading(if (items.size == 1) "1 item" else "${items.size} items") +
        "<ol start=\"0\">$shown</ol>" +
        if (more > 0) paragraph("and $more more") else ""
}

/** The counts, what stopped the upload, remarks, and the first rows that did not succeed. */
internal fun reportHtml(report: UploadReport): String = buildString {
    append("<div>")
    append(heading(headline(report)))
    report.stoppedBy?.let { append(paragraph("stopped by: ${it.message ?: it}")) }
    report.remarks.forEach { append(paragraph(it)) }
    val failed = report.outcomes.indices.filterNot { report.outcomes[it].succeeded }
    if (failed.isNotEmpty()) append(failedRows(report, failed))
    append("</div>")
}

private fun headline(report: UploadReport): String {
    val outcomes = report.outcomes
    val verdict =
        when {
            outcomes.isEmpty() -> "nothing to upload"
            outcomes.all { it.succeeded } -> "complete"
            report.complete -> "complete but for skipped rows"
            else -> "incomplete"
        }
    return "$report ($verdict)"
}

private fun failedRows(report: UploadReport, failed: List<Int>): String {
    val frame = report.toDataFrame()
    val columns =
        listOf("row", "target_kind", "target_id", "name", "identifier", "outcome", "reason")
    val rows = failed.take(SHOWN_ROWS).map { row -> columns.map { frame[it][row] } }
    val more = failed.size - rows.size
    return table(columns, rows) +
        if (more > 0) paragraph("and $more more: report.toDataFrame() has them all") else ""
}

private fun table(columns: List<String>, rows: List<List<Any?>>): String {
    val head = columns.joinToString("") { "<th>${escape(it)}</th>" }
    val body =
        rows.joinToString("") { row ->
            row.joinToString("", "<tr>", "</tr>") { "<td>${escape(it?.toString().orEmpty())}</td>" }
        }
    return "<table><thead><tr>$head</tr></thead><tbody>$body</tbody></table>"
}

/** Messages have line breaks. */
private fun paragraph(text: String): String =
    """<div style="white-space: pre-line">${escape(text)}</div>"""

private fun heading(text: String): String = "<div><b>${escape(text)}</b></div>"

/** Ids, names and reasons come from elsewhere: a notebook must not run what stands in them. */
private fun escape(text: String): String =
    text
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;")
