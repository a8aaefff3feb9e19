package io.github.phoenixkt.api

import io.kotest.assertions.fail
import io.kotest.core.spec.style.FunSpec
import java.io.File
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools

internal val MODULES =
    listOf(
        "core",
        "dataframe-ext",
        "java-interop",
        "opentelemetry-ext",
        "langchain4j-ext",
        "spark-ext",
        "spring-boot-autoconfigure",
        "spring-boot-test",
        "testing",
    )

private const val UPDATE = "api.update"

class PublicApiSpec :
    FunSpec({
        MODULES.forEach { module ->
            test("the public API of $module is the one in api/$module.api") {
                val expected = File("api/$module.api")
                val actual = dump(module)
                when {
                    java.lang.Boolean.getBoolean(UPDATE) -> expected.writeText(actual)
                    !expected.exists() -> fail("${expected.path} is missing. $HOW_TO_UPDATE")
                    expected.readText() != actual ->
                        fail(difference(module, expected.readText(), actual))
                }
            }
        }
    })

private const val HOW_TO_UPDATE = "If the change is wanted: scripts/update-api"

/** @param withInternal whether it has what only the modules of this library may use */
internal fun dump(module: String, withInternal: Boolean = true): String {
    val classes = File("../$module/target/classes")
    val files =
        classes.walk().filter { it.extension == "class" && !isGenerated(it) }.sorted().toList()
    val excluded =
        if (withInternal) emptySet() else setOf("io.github.phoenixkt.internal.InternalPhoenixApi")
    val filters = AbiFilters(emptySet(), emptySet(), emptySet(), excluded)
    return buildString {
        AbiTools.getInstance(AbiTools::class.java.classLoader).printJvmDump(this, files, filters)
    }
}

/** The serialization plugin writes public classes beside internal ones. */
private fun isGenerated(file: File) = file.name.endsWith("$\$serializer.class")

private fun difference(module: String, expected: String, actual: String): String {
    val before = membersByType(expected)
    val now = membersByType(actual)
    return buildString {
        appendLine("The public API of $module has changed. $HOW_TO_UPDATE")
        (before.keys + now.keys).sorted().forEach { type ->
            val removed = before[type].orEmpty() - now[type].orEmpty()
            val added = now[type].orEmpty() - before[type].orEmpty()
            if (removed.isNotEmpty() || added.isNotEmpty()) appendLine(type)
            removed.forEach { appendLine("  - $it") }
            added.forEach { appendLine("  + $it") }
        }
    }
}

/**
 * The first line of a type counts as its first member, so that an empty type is a difference too.
 */
private fun membersByType(dump: String): Map<String, Set<String>> =
    dump
        .split("\n\n")
        .filter { it.isNotBlank() }
        .associate { type ->
            val lines = type.trim().lines().map { it.trim() }
            lines.first().removeSuffix(" {") to (lines - "}").toSet()
        }
