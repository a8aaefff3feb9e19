package io.github.phoenixkt.host

import io.github.phoenixkt.PhoenixClient
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.net.URI
import java.util.Properties

private val FLOORS: Properties =
    PhoenixClient::class.java.getResourceAsStream("/io/github/phoenixkt/version.properties").use {
        Properties().apply { load(it) }
    }

private fun library(name: String, found: String?, least: String, property: String? = null) =
    HostLibrary(name, found, least, "9.9", "$name-bom", property)

/** As if Ktor's jars were these. */
private fun ktor(vararg jars: String): HostLibrary =
    hostLibraries(FLOORS) { classFile ->
            val artifact =
                when {
                    classFile.startsWith("io/ktor/client/") -> "ktor-client-core"
                    classFile.startsWith("io/ktor/utils/io/") -> "ktor-io"
                    classFile.startsWith("io/ktor/util/") -> "ktor-utils"
                    else -> "none"
                }
            jars
                .firstOrNull { it.startsWith(artifact) }
                ?.let { URI("jar:file:/m2/$it.jar!/$classFile").toURL() }
        }
        .single { it.name == "Ktor" }

class ClassPathSpec :
    FunSpec({
        test("every library of this class path is found with its version, and is new enough") {
            val found = hostLibraries(FLOORS, PhoenixClient::class.java.classLoader::getResource)
            found.map { it.name } shouldBe listOf("Kotlin", "kotlinx-coroutines", "Ktor")
            found.forEach {
                compareVersions(checkNotNull(it.found), it.floor) shouldBeGreaterThan -1
                compareVersions(it.floor, it.least) shouldBeGreaterThan -1
            }
            tooOld(found).shouldBeNull()
        }

        test("what is too old is named with its version and with what to do, in one sentence") {
            tooOld(
                listOf(
                    library("Kotlin", "1.9.25", "2.1", "kotlin.version"),
                    library("kotlinx-coroutines", "1.10.2", "1.9", "kotlin-coroutines.version"),
                    library("Ktor", "2.3.13", "3.0"),
                )
            ) shouldBe
                "The class path has libraries that are too old for phoenix-kt: Kotlin 1.9.25 (9.9 or newer is needed), " +
                    "Ktor 2.3.13 (9.9 or newer is needed). Upgrade them in your build, or import a newer Kotlin-bom and " +
                    "Ktor-bom (with Spring Boot: by setting kotlin.version). In Java, you can depend on " +
                    "phoenix-kt-java-standalone instead, which brings its own."
        }

        test("a library whose version cannot be told is let through") {
            tooOld(listOf(library("Ktor", null, "3.0"))).shouldBeNull()
        }

        test("what is older than what we test with, but links, is let through") {
            ktor("ktor-client-core-jvm-3.0.3", "ktor-utils-jvm-3.0.3").isTooOld shouldBe false
            ktor("ktor-client-core-jvm-3.3.3", "ktor-utils-jvm-3.5.2").isTooOld shouldBe false
            ktor("ktor-client-core-jvm-3.3.3", "ktor-utils-jvm-3.3.2").isTooOld shouldBe false
        }

        test("Ktor 3.6 needs the coroutines that it is built for") {
            fun coroutines(ktor: String) =
                hostLibraries(FLOORS) { classFile ->
                        val jar =
                            if (classFile.startsWith("io/ktor/client/"))
                                "ktor-client-core-jvm-$ktor"
                            else "kotlinx-coroutines-core-jvm-1.10.2"
                        URI("jar:file:/m2/$jar.jar!/$classFile").toURL()
                    }
                    .single { it.name == "kotlinx-coroutines" }
            coroutines("3.6.1").isTooOld shouldBe true
            coroutines("3.6.1").floor shouldBe "1.11.0"
            coroutines("3.5.2").isTooOld shouldBe false
        }

        test("a Ktor that is old, or old in part, is not") {
            val old = ktor("ktor-client-core-jvm-2.3.13", "ktor-utils-jvm-2.3.13")
            old.isTooOld shouldBe true
            old.floor shouldBe FLOORS.getProperty("ktor")
            val mixed = ktor("ktor-client-core-jvm-3.6.1", "ktor-utils-jvm-3.2.3")
            mixed.isTooOld shouldBe true
            mixed.found shouldBe "3.2.3"
            mixed.floor shouldBe "3.6.1"
        }

        listOf(
                "jar:file:/m2/ktor-utils-jvm-3.3.3.jar!/io/ktor/A.class" to "3.3.3",
                "jar:nested:/app.jar/!BOOT-INF/lib/ktor-utils-jvm-2.3.13.jar!/io/ktor/A.class" to
                    "2.3.13",
                "jar:file:/lib/main/io.ktor.ktor-utils-jvm-3.2.3.jar!/io/ktor/A.class" to "3.2.3",
                "jar:file:/m2/ktor-utils-3.4.0-beta-1.jar!/io/ktor/A.class" to "3.4.0-beta-1",
                "jar:file:/m2/my-ktor-utils-1.0.jar!/io/ktor/A.class" to null,
                "jar:file:/m2/everything-1.0.jar!/io/ktor/A.class" to null,
                "file:/ktor-utils-1.0/classes/io/ktor/A.class" to null,
            )
            .forEach { (resource, version) ->
                test("the version of $resource is $version") {
                    versionInJarName("ktor-utils", resource) shouldBe version
                }
            }

        listOf(
                Triple("1.10.2", "1.9.0", 1),
                Triple("2.2", "2.2.0", 0),
                Triple("2.1.21", "2.2", -1),
                Triple("1.10.2-rc-1", "1.10.2", 0),
                Triple("3.3.3", "3.3.3", 0),
            )
            .forEach { (one, other, order) ->
                test("$one against $other is $order") { compareVersions(one, other) shouldBe order }
            }
    })
