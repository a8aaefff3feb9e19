package io.github.phoenixkt.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import kotlin.io.path.readText

/**
 * What guides tell Maven and Gradle is what this build has, and what users' builds are run with.
 */
class CoordinatesSpec :
    FunSpec({
        val pom = read("pom.xml")
        val version = Regex("<version>([^<]+)</version>").find(pom)!!.groupValues[1]
        val published =
            Regex("<module>([^<]+)</module>")
                .findAll(pom)
                .map { it.groupValues[1] }
                .associateWith { read("$it/pom.xml") }
                .filterValues { "<maven.deploy.skip>true" !in it }
                .mapValues { (_, text) -> ownArtifact(text) }

        listOf(
                "README.md" to "consumers/kotlin-2.2/pom.xml",
                "docs/getting-started.md" to "consumers/kotlin-2.2/pom.xml",
                "docs/tracing.md" to "consumers/instrumented/pom.xml",
            )
            .forEach { (guide, build) ->
                test("every dependency that $guide shows to Maven is one of $build") {
                    val shown = shownCode(read(guide), "xml").flatMap(::dependencies)
                    shown.shouldNotBeEmpty()
                    dependencies(read(build)) shouldContainAll shown
                }

                test("$guide names versions of this build") {
                    val shown = shownCode(read(guide), "xml") + shownCode(read(guide), "kts")
                    val named =
                        Regex("<version>([^<]+)</version>|:phoenix-kt-[\\w-]+:([^\"]+)\"")
                            .findAll(shown.joinToString("\n"))
                            .map { it.groupValues[1] + it.groupValues[2] }
                            .toList()
                    named shouldContain version
                    named.filterNot { it == version || ".version>$it<" in pom }.shouldBeEmpty()
                }
            }

        listOf("README.md", "docs/getting-started.md").forEach { page ->
            test("$page shows artifacts of the BOM to Gradle, and the BOM's version alone") {
                val shown =
                    Regex("\"io\\.github\\.phoenix-kt:([\\w-]+)(:[^\"]+)?\"")
                        .findAll(shownCode(read(page), "kts").single())
                        .associate { it.groupValues[1] to it.groupValues[2] }
                shown.keys shouldContain "phoenix-kt-bom"
                published.values shouldContainAll shown.keys
                shown.filterValues(String::isNotEmpty) shouldBe
                    mapOf("phoenix-kt-bom" to ":$version")
            }
        }

        test("the README's table has every published module with its artifact, and no other") {
            val rows =
                Regex("^\\| `([\\w-]+)` \\| `(phoenix-kt-[\\w-]+)` \\|", RegexOption.MULTILINE)
                    .findAll(read("README.md"))
                    .map { it.groupValues[1] to it.groupValues[2] }
                    .toList()
            rows shouldContainExactlyInAnyOrder published.toList()
        }
    })

private fun read(file: String): String = CHECKOUT.resolve(file).readText()

private fun ownArtifact(pom: String): String =
    Regex("<artifactId>([^<]+)</artifactId>")
        .find(pom.replace(Regex("<parent>.*?</parent>", RegexOption.DOT_MATCHES_ALL), ""))!!
        .groupValues[1]

/** The dependencies of a text of Maven's, without comments, white space and versions. */
private fun dependencies(xml: String): List<String> {
    val plain = xml.replace(Regex("<!--.*?-->|<version>[^<]*</version>|\\s"), "")
    return Regex("<dependency>.*?</dependency>").findAll(plain).map { it.value }.toList()
}
