package io.github.phoenixkt.samples.frompython

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** One twin of one or more listings of the guide: runs it, and looks at what it has done. */
class Run(
    val listings: List<Int>,
    val language: String,
    val realOnly: Boolean,
    val run: suspend Guide.() -> Unit,
)

/** Collects what is to be run. */
class Runs {
    val all = mutableListOf<Run>()

    /**
     * Both twins of a listing do the same, so that the same [check] holds.
     *
     * @param realOnly for what the Phoenix in memory does not simulate
     */
    fun <T> listing(
        vararg numbers: Int,
        realOnly: Boolean = false,
        kotlin: suspend Guide.() -> T,
        java: suspend Guide.() -> T,
        check: suspend Guide.(T) -> Unit,
    ) {
        all += Run(numbers.toList(), "Kotlin", realOnly) { check(kotlin()) }
        all +=
            Run(numbers.toList(), "Java", realOnly) {
                // Blocks its thread.
                check(withContext(Dispatchers.IO) { java() })
            }
    }
}
