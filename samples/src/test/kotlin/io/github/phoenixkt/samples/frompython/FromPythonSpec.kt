package io.github.phoenixkt.samples.frompython

import io.github.phoenixkt.samples.CHECKOUT
import io.github.phoenixkt.samples.markedCode
import io.github.phoenixkt.samples.shownCode
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.testing.FakePhoenix
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.spec.style.funSpec
import io.kotest.core.test.Enabled
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText

private const val PACKAGE = "io/github/phoenixkt/samples/frompython"

private val RUNS =
    Runs()
        .apply {
            sessionAnnotations()
            annotationPatterns()
            traceAnnotations()
            recordingSessions()
            findingSessions()
            feedback()
            tracing()
            evaluations()
        }
        .all

/** A section of the guide that shows one listing, or a few that belong together. */
private class Listing(val numbers: List<Int>, val text: String) {
    val hasTwin = "**No equivalent.**" !in text
}

private val LISTING = Regex("^### (\\d+)(?:([–,]) ?(\\d+))?\\. .*\n", RegexOption.MULTILINE)

private fun listings(guide: String): List<Listing> {
    val headings = LISTING.findAll(guide).toList()
    return headings.mapIndexed { index, heading ->
        val end = headings.getOrNull(index + 1)?.range?.first ?: guide.length
        val (first, sign, last) = heading.destructured
        val numbers =
            when (sign) {
                "" -> listOf(first.toInt())
                "," -> listOf(first.toInt(), last.toInt())
                else -> (first.toInt()..last.toInt()).toList()
            }
        Listing(numbers, guide.substring(heading.range.last + 1, end))
    }
}

/** The guide shows only code that is compiled, both ways of it, and that is run below. */
class FromPythonSpec :
    FunSpec({
        val guide = CHECKOUT.resolve("docs/from-python.md").readText()
        val listings = listings(guide)

        for ((language, ending) in listOf("kotlin" to "kt", "java" to "java")) {
            test("every block of $language in the guide stands in the samples, and vice versa") {
                val folder = "$language/$PACKAGE"
                val files =
                    CHECKOUT.resolve("samples/src/main/$folder").listDirectoryEntries("*.$ending")
                shownCode(guide, language) shouldContainExactlyInAnyOrder
                    files.flatMap { markedCode("$folder/${it.name}") }
            }
        }

        test("each number is there once, and each listing has both twins or says why not") {
            listings.flatMap { it.numbers }.sorted() shouldBe (1..58).toList()
            listings
                .filter { listing ->
                    val twins = listOf("kotlin", "java").map { shownCode(listing.text, it).size }
                    if (listing.hasTwin) twins.any { it == 0 } else twins != listOf(0, 0)
                }
                .flatMap { it.numbers }
                .shouldBeEmpty()
        }

        test("each listing with a twin is run in both languages, and no other") {
            val shown = listings.filter { it.hasTwin }.flatMap { it.numbers }
            for (language in listOf("Kotlin", "Java")) {
                val run = RUNS.filter { it.language == language }.flatMap { it.listings }.distinct()
                run shouldContainExactlyInAnyOrder shown
            }
        }

        lateinit var fake: FakePhoenix
        beforeSpec { fake = FakePhoenix.start() }
        afterSpec { fake.close() }
        include(twins(real = false) { Guide(fake, fake.endpoint().toString()) })
    })

/** The twins on a real Phoenix. */
class RealFromPythonSpec :
    FunSpec({
        include(twins(real = true) { Guide(fake = null, RealPhoenix.SQLITE.endpoint()) })
    })

private fun twins(real: Boolean, guide: () -> Guide) = funSpec {
    RUNS.forEachIndexed { index, run ->
        if (real || !run.realOnly)
            test("listing ${run.listings.joinToString(" and ")} in ${run.language} (${index + 1})")
                .config(
                    enabledOrReasonIf = {
                        val missing = if (real) RealPhoenix.SQLITE.missing() else null
                        missing?.let { Enabled.disabled(it) } ?: Enabled.enabled
                    }
                ) {
                    guide().use { run.run(it) }
                }
    }
}
