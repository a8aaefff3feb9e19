package io.github.phoenixkt.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText

/** Links of the pages beside docs, which scripts/docs does not see. */
class LinksSpec :
    FunSpec({
        val pages = CHECKOUT.listDirectoryEntries("*.md")

        test("there are pages") { pages.map { it.name }.shouldNotBeEmpty() }

        pages.forEach { page ->
            test("every link of ${page.name} leads to a file, and to a heading of it") {
                links(page.readText()).filter { isDead(page, it) }.shouldBeEmpty()
            }
        }
    })

private fun links(markdown: String): List<String> =
    Regex("]\\(([^)\\s]+)\\)")
        .findAll(markdown)
        .map { it.groupValues[1] }
        .filterNot { "://" in it }
        .toList()

private fun isDead(page: Path, link: String): Boolean {
    val (file, heading) = "$link#".split("#")
    val target = if (file.isEmpty()) page else page.resolveSibling(file)
    return !target.exists() ||
        heading.isNotEmpty() && (target.extension != "md" || heading !in anchors(target))
}

/** As GitHub and MkDocs make them of plain headings. */
private fun anchors(page: Path): Set<String> =
    Regex("^#+ (.+)$", RegexOption.MULTILINE)
        .findAll(page.readText())
        .map { it.groupValues[1].lowercase().replace(Regex("[^\\w -]"), "").replace(' ', '-') }
        .toSet()
