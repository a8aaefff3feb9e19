package io.github.phoenixkt.api

import io.kotest.assertions.fail
import io.kotest.core.spec.style.FunSpec
import java.io.File
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools

private val MODULES = listOf("core", "testing")

private const val UPDATE = "api.update"

class PublicApiSpec :
    FunSpec({
        MODULES.forEach { module ->
            test("the public API of $module is the one in api/$module.api") {
                val expected = File("api/$module.api")
                val actual = dump(File("../$module/target/classes"))
                when {
                    java.lang.Boolean.getBoolean(UPDATE) -> expected.writeText(actual)
                    !expected.exists() -> fail("${expected.path} is missing. $HOW_TO_UPDATE")
                    expected.readText() != actual ->
                        fail(difference(module, expected.readText(), actual))
                }
            }
        }
    })

private const val HOW_TO_UPDATE =
    "If the change is wanted: mvn verify -pl api-check -am -D$UPDATE=true"

private fun dump(classes: File): String {
    val files =
        classes.walk().filter { it.extension == "class" && !isGenerated(it) }.sorted().toList()
    val noFilters = AbiFilters(emptySet(), emptySet(), emptySet(), emptySet())
    return buildString {
        AbiTools.getInstance(AbiTools::class.java.classLoader).printJvmDump(this, files, noFilters)
    }
}

/** The serialization plugin writes public classes beside internal ones. */
private fun isGenerated(file: File) = file.name.endsWith("$\$serializer.class")

/** Whole classes are compared, so that a moved line shows the class that it is in. */
private fun difference(module: String, expected: String, actual: String): String {
    val before = declarations(expected)
    val now = declarations(actual)
    return buildString {
        appendLine("The public API of $module has changed. $HOW_TO_UPDATE")
        (before - now).forEach { appendLine("- $it") }
        (now - before).forEach { appendLine("+ $it") }
    }
}

private fun declarations(dump: String): Set<String> =
    dump
        .split("\n\n")
        .flatMap { type ->
            val lines = type.trim().lines()
            lines.drop(1).filter { it != "}" }.map { "${lines.first()} ${it.trim()}" } +
                lines.first()
        }
        .toSet()
