package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.rows.isAbsent
import org.jetbrains.kotlinx.dataframe.AnyCol
import org.jetbrains.kotlinx.dataframe.AnyFrame

/** The first column of these [names], flat or nested; null without any. */
internal fun AnyFrame.findColumn(names: List<String>): AnyCol? = names.firstNotNullOfOrNull {
    columnsAt(it).firstOrNull()
}

/** The column of that [name], flat or nested; null without any. */
internal fun AnyFrame.findColumn(name: String): AnyCol? = findColumn(listOf(name))

/**
 * The first column of these [names], flat or nested.
 *
 * @param purpose what the column is needed for: the start of a sentence
 */
internal fun AnyFrame.requireColumn(purpose: String, names: List<String>): AnyCol =
    requireNotNull(findColumn(names)) {
        "$purpose, but the frame has no column ${names.joinToString(" or ")}. " +
            "Its columns are ${columnNames().forMessage().ifEmpty { "none" }}. " +
            "Use a frame from getSpansDataframe, or rename your columns."
    }

/** The column of that [name], flat or nested. */
internal fun AnyFrame.requireColumn(purpose: String, name: String): AnyCol =
    requireColumn(purpose, listOf(name))

/** The texts of a column, trimmed, null where there is none. */
internal fun AnyCol.texts(): List<String?> =
    (0 until size()).map { row ->
        get(row).takeUnless(::isAbsent)?.toString().presentOrNull()
    }
