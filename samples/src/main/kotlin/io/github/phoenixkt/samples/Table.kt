package io.github.phoenixkt.samples

import io.github.phoenixkt.annotations.StoredAnnotation

/**
 * One line per annotation; many of one name on one target are one line with their number and mean
 * score.
 */
fun table(annotations: List<StoredAnnotation>): String {
    val groups = annotations.groupBy { Triple(it.targetKind, it.targetId, it.name) }.values
    val rows =
        listOf(listOf("on", "target", "name", "by", "label", "score", "text")) + groups.map(::row)
    val widths = rows.first().indices.map { column -> rows.maxOf { it[column].length } }
    val lines = rows.map { row ->
        row.mapIndexed { column, cell -> cell.padEnd(widths[column]) }.joinToString("  ").trimEnd()
    }
    val rule = widths.joinToString("  ") { "-".repeat(it) }
    return (lines.take(1) + rule + lines.drop(1)).joinToString(
        "\n",
        postfix = "\n${annotations.size} annotations in all.",
    )
}

private fun row(group: List<StoredAnnotation>): List<String> {
    val first = group.first()
    val scores = group.mapNotNull { it.score }
    val labels = group.mapNotNull { it.label }.groupingBy { it }.eachCount()
    val many = group.size > 1
    return listOf(
        first.targetKind.name.lowercase(),
        first.targetId.takeIf { it.length <= SHORT } ?: (first.targetId.take(SHORT) + "…"),
        if (many) "${first.name} × ${group.size}" else first.name,
        first.annotatorKindText,
        labels.entries.joinToString { (label, count) -> if (many) "$label: $count" else label },
        if (scores.isEmpty()) ""
        else (if (many) "⌀ " else "") + "%.2f".format(java.util.Locale.ROOT, scores.average()),
        if (many) "" else first.explanation.orEmpty(),
    )
}

private const val SHORT = 20
