package io.github.phoenixkt.api

import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readText

private val COMMENT = Regex("/\\*.*?\\*/", RegexOption.DOT_MATCHES_ALL)
private val REMARK = Regex("(?<![:\"])//.*")
private val PACKAGE = Regex("(?m)^\\s*package io\\.github\\.phoenixkt\\.(\\w+)")
private val NEEDED = Regex("io\\.github\\.phoenixkt\\.([a-z]\\w*)\\.")

/** See [packagesIn]. */
internal fun packagesOf(sources: Path): Map<String, Set<String>> =
    packagesIn(
        Files.walk(sources).use { files ->
            files.toList().filter { it.extension == "kt" }.map { it.readText() }
        }
    )

/**
 * The packages that each package needs. The root package `io.github.phoenixkt` is left out: it is
 * the public front, which needs all packages and whose settings and exceptions all packages need.
 */
internal fun packagesIn(sources: List<String>): Map<String, Set<String>> =
    sources
        .map { it.replace(COMMENT, "").replace(REMARK, "") }
        .mapNotNull { code -> PACKAGE.find(code)?.let { it.groupValues[1] to neededBy(code) } }
        .groupBy({ it.first }, { it.second })
        .mapValues { (name, needed) -> needed.flatten().toSet() - name }

private fun neededBy(code: String) = NEEDED.findAll(code).map { it.groupValues[1] }.toList()

/** The largest sets of packages of which each needs all others, directly or through others. */
internal fun cyclesIn(packages: Map<String, Set<String>>): List<Set<String>> {
    val reached = packages.keys.associateWith { start -> reachedFrom(start, packages) }
    return packages.keys
        .map { one ->
            packages.keys.filterTo(mutableSetOf()) { other ->
                other in reached.getValue(one) && one in reached.getValue(other)
            }
        }
        .filter { it.size > 1 }
        .distinct()
}

private fun reachedFrom(start: String, packages: Map<String, Set<String>>): Set<String> {
    val reached = mutableSetOf<String>()
    val next = ArrayDeque(packages[start].orEmpty())
    while (next.isNotEmpty()) {
        val name = next.removeFirst()
        if (reached.add(name)) next += packages[name].orEmpty()
    }
    return reached
}
