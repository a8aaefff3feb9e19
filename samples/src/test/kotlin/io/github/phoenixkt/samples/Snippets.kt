package io.github.phoenixkt.samples

import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.readText

/** The folder of the checkout. */
val CHECKOUT: Path =
    generateSequence(Path.of("").toAbsolutePath()) { it.parent }
        .first { it.resolve("README.md").exists() }

/** The blocks of code in this text of Markdown, in their order. */
fun shownCode(markdown: String, language: String): List<String> =
    Regex("^```$language\n(.*?)^```", setOf(RegexOption.DOT_MATCHES_ALL, RegexOption.MULTILINE))
        .findAll(markdown)
        .map { it.groupValues[1].trim() }
        .toList()

/**
 * The code between the marks `// begin name` and `// end name` of a file of samples, without its
 * package.
 */
fun markedCode(file: String): List<String> {
    val text = CHECKOUT.resolve("samples/src/main").resolve(file).readText()
    val marked = Regex("// begin (\\w+)\n(.*?)// end (\\w+)\n", RegexOption.DOT_MATCHES_ALL)
    val found = marked.findAll(text).toList()
    val marks = Regex("// (begin|end) \\w+\n").findAll(text).count()
    check(found.all { it.groupValues[1] == it.groupValues[3] } && marks == 2 * found.size) {
        "The marks of $file do not pair."
    }
    return found.map {
        it.groupValues[2].trimIndent().trim().replace(Regex("^package .*\\s+"), "")
    }
}
