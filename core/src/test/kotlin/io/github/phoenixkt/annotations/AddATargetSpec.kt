package io.github.phoenixkt.annotations

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import java.nio.file.FileSystems
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.readText

private const val MOST_PLACES = 12

private val ROOT: Path =
    generateSequence(Path.of("").toAbsolutePath(), Path::getParent).first {
        it.resolve("CONTRIBUTING.md").exists()
    }

/** Samples show how to use the targets; they are not what makes a target work. */
private val UNPUBLISHED = setOf("samples")

/** One entry of the list "Add a target" in CONTRIBUTING.md. */
private class Place(val pattern: String, val what: String) {
    private val matcher = FileSystems.getDefault().getPathMatcher("glob:$pattern")

    fun files(): List<Source> = SOURCES.filter { matcher.matches(Path.of(it.path)) }

    /** Documents cannot be read, for instance, and have no notes. */
    fun concerns(kind: TargetKind): Boolean =
        (kind.read != null || "can be read" !in what) &&
            (kind.note != null || "can have notes" !in what)
}

private class Source(val path: String, text: String) {
    val code: String =
        text
            .replace(Regex("/\\*.*?\\*/", RegexOption.DOT_MATCHES_ALL), "")
            .replace(Regex("(?<![:\"])//.*"), "")
}

private val SOURCES: List<Source> by lazy {
    Files.list(ROOT)
        .use { it.toList() }
        .map { it.resolve("src/main") }
        .filter { it.exists() && it.parent.parent.fileName.toString() !in UNPUBLISHED }
        .flatMap { main -> Files.walk(main).use { it.toList() } }
        .filter { it.extension == "kt" || it.extension == "java" }
        .map { Source(ROOT.relativize(it).invariantSeparatorsPathString, it.readText()) }
}

private val PLACES: List<Place> by lazy {
    val section =
        ROOT.resolve("CONTRIBUTING.md")
            .readText()
            .substringAfter("\n## Add a target\n")
            .substringBefore("\n## ")
    section
        .split(Regex("\\n(?=\\d+\\. |\\n)"))
        .mapNotNull { Regex("\\d+\\. `([^`]+)`:").matchAt(it, 0)?.to(it) }
        .map { (entry, text) ->
            Place(entry.groupValues[1], text.replace(Regex("\\s+"), " "))
        }
}

private val KINDS = TargetKind.entries.joinToString("|")
private val WORDS =
    TargetKind.entries.joinToString("|") { it.word.replaceFirstChar(Char::uppercase) }

/** Code that is only about spans needs no other target: `SpanAnnotationData` alone says nothing. */
private val OTHER_DATA =
    AnnotationData::class.java.permittedSubclasses.map { it.simpleName } - "SpanAnnotationData"

private val CONSTANT =
    Regex("\\b(?:Fake)?TargetKind\\.(?:$KINDS|\\*)|enum (?:class )?(?:Fake)?TargetKind\\b")
private val BRANCH = Regex("\\b(?:when|switch) \\(.*[tT]argetKind")
private val DATA = Regex("\\b(?:${OTHER_DATA.joinToString("|")})\\b")
private val WRITER = Regex("\\b(?:Async|Blocking)?($WORDS)Annotation(?:Writer|s)\\b")
private val ID_FIELDS = TargetKind.entries.map { it.targetField }.distinct()

private fun whyKnows(code: String): List<String> =
    listOfNotNull(
        "names a constant".takeIf { CONSTANT in code },
        "branches on the kind".takeIf { BRANCH in code },
        "names a class of annotations".takeIf { DATA in code },
        "names several writers"
            .takeIf { WRITER.findAll(code).distinctBy { it.groupValues[1] }.count() > 1 },
        "names the fields of all ids"
            .takeIf { ID_FIELDS.all { Regex("\"(?:[\\w.]+\\.)?${it}s?\"") in code } },
    )

class AddATargetSpec :
    FunSpec({
        test("the list has at most $MOST_PLACES places, and each is there") {
            PLACES.size shouldBeGreaterThan 8
            PLACES.size shouldBeLessThanOrEqual MOST_PLACES
            PLACES.forEach { place ->
                withClue(place.pattern) {
                    place.files().filter { whyKnows(it.code).isNotEmpty() }.shouldNotBeEmpty()
                }
            }
        }

        test("no file outside of the list knows the targets") {
            val listed = PLACES.flatMap { it.files() }.toSet()
            val others = SOURCES.filterNot { it in listed }
            others.size shouldBeGreaterThan 200
            others
                .associate { it.path to whyKnows(it.code) }
                .filterValues { it.isNotEmpty() }
                .entries
                .shouldBeEmpty()
        }

        TargetKind.entries.forEach { kind ->
            test("every place that concerns a ${kind.word} knows it") {
                PLACES.filter { it.concerns(kind) }
                    .filterNot { place ->
                        place.files().any { it.code.contains(kind.word, ignoreCase = true) }
                    }
                    .map { it.pattern }
                    .shouldBeEmpty()
            }
        }

        test("the rules see what knows the targets, and nothing else") {
            listOf(
                    "if (kind == TargetKind.DOCUMENT) 1" to "names a constant",
                    "import static io.github.phoenixkt.testing.FakeTargetKind.*;" to
                        "names a constant",
                    "when (rows.targetKind(row)) {" to "branches on the kind",
                    "switch (targetKind) {" to "branches on the kind",
                    "is TraceAnnotationData -> 1" to "names a class of annotations",
                    "AsyncSpanAnnotationWriter, AsyncTraceAnnotationWriter" to
                        "names several writers",
                    "listOf(\"context.span_id\", \"trace_ids\", \"session_id\")" to
                        "names the fields of all ids",
                )
                .forEach { (code, reason) ->
                    whyKnows(code) shouldContainExactly listOf(reason)
                }
            listOf(
                    "name == TargetKind.NOTE_NAME",
                    "TargetKind.entries.map(::RowSerializer)",
                    "TargetKind.valueOf(parts[3])",
                    "SpanAnnotationData.builder(spanId, name)",
                    "listOf(\"context.span_id\", \"context.trace_id\")",
                    Source("a.kt", "/** See [TraceAnnotationData]. */ // TargetKind.SPAN").code,
                )
                .forEach { whyKnows(it).shouldBeEmpty() }
        }
    })
