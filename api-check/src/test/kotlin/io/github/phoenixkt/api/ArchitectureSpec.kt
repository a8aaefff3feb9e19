package io.github.phoenixkt.api

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path

/**
 * What grows must not be part of a signature: see docs/decisions/0016-requests-that-can-grow.md.
 */
private const val MOST_PARAMETERS = 4

/** Their parameters are Phoenix's key and result of an annotation. */
private val WIDE_ON_PURPOSE =
    listOf(
        "SpanAnnotationData",
        "SpanDocumentAnnotationData",
        "TraceAnnotationData",
        "SessionAnnotationData",
    )

/** An engine of the caller's own can only be one of Ktor's. */
private const val ENGINE_SEAM = "PhoenixSettings"

class ArchitectureSpec :
    FunSpec({
        MODULES.forEach { module ->
            test("the public API of $module can grow") {
                val types = publicTypes(dump(module, withInternal = false))
                types.size shouldBeGreaterThan 0
                types.flatMap(PublicType::faults).shouldBeEmpty()
            }
        }

        test("the client and its resources are interfaces") {
            val types = publicTypes(dump("core", withInternal = false)).filter { it.isDecorated }
            types.size shouldBeGreaterThan 6
            types.filterNot { it.isInterface }.map { it.name }.shouldBeEmpty()
        }

        test("no two packages of core need each other but annotations and upload") {
            val packages = packagesOf(Path.of("../core/src/main/kotlin"))
            packages.size shouldBeGreaterThan 8
            cyclesIn(packages) shouldContainExactly listOf(setOf("annotations", "upload"))
        }

        test("a cycle of packages is seen, however long") {
            cyclesIn(
                mapOf("a" to setOf("b", "d"), "b" to setOf("c"), "c" to setOf("a"))
            ) shouldContainExactly listOf(setOf("a", "b", "c"))
            cyclesIn(mapOf("a" to setOf("b", "c"), "b" to setOf("c"))).shouldBeEmpty()
            packagesIn(
                listOf(
                    """
                    package io.github.phoenixkt.a
                    import io.github.phoenixkt.PhoenixClient
                    import io.github.phoenixkt.b.Needed
                    /** See [io.github.phoenixkt.c.Named]. */
                    val it = io.github.phoenixkt.d.inCode // io.github.phoenixkt.e.Remark
                    """,
                    """
                    package io.github.phoenixkt
                    import io.github.phoenixkt.a.Front
                    """,
                )
            ) shouldBe mapOf("a" to setOf("b", "d"))
        }

        test("the rules see what breaks them") {
            val dump =
                """
                public final class a/Wide {
                	public fun <init> (Ljava/lang/String;I[J[Ljava/lang/String;Z)V
                	public fun <init> (Ljava/lang/String;I[J[Ljava/lang/String;)V
                	public synthetic fun <init> (IIIIILkotlin/jvm/internal/DefaultConstructorMarker;)V
                }

                public final class a/SpanAnnotationData {
                	public fun <init> (IIIII)V
                }

                public final class a/Data {
                	public final fun component1 ()I
                }

                public final class a/Row : java/lang/Record {
                	public fun <init> (I)V
                }

                public final class a/Value {
                	public static final synthetic fun box-impl (I)La/Value;
                }

                public final class a/Sent${'$'}Companion {
                	public final fun serializer ()Lkotlinx/serialization/KSerializer;
                }

                public final class a/Client {
                	public final fun getHttp ()Lio/ktor/client/HttpClient;
                }

                public final class a/PhoenixSettings {
                	public final fun getEngine ()Lio/ktor/client/engine/HttpClientEngine;
                }
                """
                    .trimIndent()
            publicTypes(dump).flatMap(PublicType::faults) shouldContainExactly
                listOf(
                    "Wide has a constructor with 5 parameters: give it a builder",
                    "Data is a data class",
                    "Row is a record",
                    "Value is a value class",
                    "Sent\$Companion has a serializer",
                    "Client shows a type of Ktor: public final fun getHttp ()Lio/ktor/client/HttpClient;",
                )
        }
    })

private fun publicTypes(dump: String): List<PublicType> =
    dump
        .split("\n\n")
        .filter { it.isNotBlank() }
        .map { type ->
            val lines = type.trim().lines().map { it.trim() }
            PublicType(lines.first(), lines.drop(1))
        }

private class PublicType(private val declaration: String, private val members: List<String>) {
    val name: String =
        Regex("class (\\S+)").find(declaration)!!.groupValues[1].substringAfterLast('/')

    /** See docs/decisions/0018-interfaces.md. */
    val isDecorated: Boolean = name == "PhoenixClient" || name.endsWith("Resource")

    val isInterface: Boolean = " interface class " in declaration

    fun faults(): List<String> =
        listOfNotNull(
            members
                .filter { it.startsWith("public fun <init> ") }
                .maxOfOrNull(::parameters)
                ?.takeIf { it > MOST_PARAMETERS && name !in WIDE_ON_PURPOSE }
                ?.let { "$name has a constructor with $it parameters: give it a builder" },
            "$name is a data class".takeIf { has(" component1 ") },
            "$name is a record".takeIf { "java/lang/Record" in declaration },
            "$name is a value class".takeIf { has(" box-impl ") },
            "$name has a serializer".takeIf { has("Lkotlinx/serialization/KSerializer;") },
            (listOf(declaration) + members)
                .firstOrNull { "io/ktor/" in it && !isEngine(it) }
                ?.let { "$name shows a type of Ktor: $it" },
        )

    private fun has(text: String) = members.any { text in it }

    private fun isEngine(member: String) =
        name.substringBefore('$') == ENGINE_SEAM &&
            Regex("Lio/ktor/[^;]*;").findAll(member).all {
                it.value == "Lio/ktor/client/engine/HttpClientEngine;"
            }

    private fun parameters(constructor: String): Int =
        Regex("\\[*(?:L[^;]+;|[ZBCSIJFD])")
            .findAll(constructor.substringAfter('(').substringBefore(')'))
            .count()
}
