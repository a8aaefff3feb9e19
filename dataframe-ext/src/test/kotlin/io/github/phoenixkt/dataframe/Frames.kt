package io.github.phoenixkt.dataframe

import io.github.phoenixkt.annotations.AnnotationProblem
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotatorKind
import org.jetbrains.kotlinx.dataframe.AnyFrame
import org.jetbrains.kotlinx.dataframe.DataColumn
import org.jetbrains.kotlinx.dataframe.api.dataFrameOf

/** A frame of columns whose types are what their values show. */
fun frameOf(vararg columns: Pair<String, List<Any?>>): AnyFrame =
    dataFrameOf(columns.map { (name, values) -> DataColumn.createByInference(name, values) })

/** Spans `a0`, `a1`, … and their labels, with further columns. */
fun labelled(vararg columns: Pair<String, List<Any?>>): AnyFrame {
    val size = columns.first().second.size
    val given = columns.map { it.first }
    val usual =
        listOf("span_id" to List(size) { "a$it" }, "label" to List(size) { "good" }).filterNot {
            it.first in given
        }
    return frameOf(*(usual + columns).toTypedArray())
}

/** [frame] as annotations of spans, named `quality` and made by a program. */
fun spansOf(frame: AnyFrame): AnnotationRows =
    frame.toAnnotations(AnnotationTargets.spans(), "quality", AnnotatorKind.CODE)

fun <V> AnnotationRows.all(field: AnnotationRows.(Int) -> V): List<V> =
    (0 until size).map { field(it) }

fun AnnotationRows.allProblems(): List<AnnotationProblem> = all { problems(it) }.flatten()
