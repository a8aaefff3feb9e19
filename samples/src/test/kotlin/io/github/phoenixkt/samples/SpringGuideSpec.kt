package io.github.phoenixkt.samples

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.string.shouldContain
import kotlin.io.path.readText

/**
 * The guide to Spring Boot shows only what the builds of users are compiled and run with: they are
 * builds of their own, so that Spring Boot's versions do not meet those of the library.
 */
class SpringGuideSpec :
    FunSpec({
        val guide = CHECKOUT.resolve("docs/spring-boot.md").readText()

        test("every block of Java in the guide stands in the sample, the users' build or a test") {
            val sources =
                listOf(
                        "samples-spring/src/main/java/io/github/phoenixkt/samples/spring/Feedback.java",
                        "consumers/spring-starter/src/main/java/consumer/Answers.java",
                        "spring-boot-test/src/test/java/io/github/phoenixkt/spring/test/FakePhoenixTest.java",
                    )
                    .joinToString("\n") { plain(CHECKOUT.resolve(it).readText()) }
            val shown = shownCode(guide, "java")
            shown.shouldNotBeEmpty()
            shown.forEach { sources shouldContain plain(it) }
        }

        test("every dependency that the guide shows is one of the users' build") {
            val build = CHECKOUT.resolve("consumers/spring-starter/pom.xml").readText()
            val artifact = Regex("<artifactId>([^<]+)</artifactId>")
            val built = artifact.findAll(build).map { it.groupValues[1] }.toList()
            val shown = shownCode(guide, "xml").flatMap { artifact.findAll(it) }
            shown.shouldNotBeEmpty()
            shown.forEach { built shouldContain it.groupValues[1] }
        }

        test("every property that the guide names is one of the library's or of Spring's") {
            val properties =
                CHECKOUT.resolve(
                        "spring-boot-autoconfigure/src/main/java/io/github/phoenixkt/spring/PhoenixProperties.java"
                    )
                    .readText()
            val named = Regex("\\bphoenix((?:\\.[a-z-]+)+)=").findAll(guide).toList()
            named.shouldNotBeEmpty()
            named.forEach {
                val field = it.groupValues[1].substringAfterLast('.')
                val camel = Regex("-(.)").replace(field) { part -> part.groupValues[1].uppercase() }
                properties shouldContain " $camel"
            }
        }
    })

/** Without indentation, which depends on what is around. */
private fun plain(code: String) = code.trim().lines().joinToString("\n") { it.trim() }
