package io.github.phoenixkt.dataframe.jupyter

import io.github.phoenixkt.dataframe.SpanEvaluations
import io.github.phoenixkt.dataframe.logEvaluations
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.upload.UploadProgressListener
import io.github.phoenixkt.upload.uploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.lang.reflect.Proxy
import kotlin.reflect.typeOf
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.jetbrains.kotlinx.jupyter.api.FieldValue
import org.jetbrains.kotlinx.jupyter.api.KotlinKernelHost
import org.jetbrains.kotlinx.jupyter.api.MimeTypedResult
import org.jetbrains.kotlinx.jupyter.api.Notebook
import org.jetbrains.kotlinx.jupyter.api.VariableDeclaration
import org.jetbrains.kotlinx.jupyter.api.libraries.ExecutionHost
import org.jetbrains.kotlinx.jupyter.api.libraries.LibraryDefinition
import org.jetbrains.kotlinx.jupyter.api.libraries.LibraryDefinitionProducer

/** What does not need the kernel; `scripts/notebook` has the kernel do the same. */
class PhoenixIntegrationSpec :
    FunSpec({
        test("every import names a package or a class that is there") {
            val wanted = definition().imports
            wanted.filterNot { isThere(it) }.shouldBeEmpty()
            wanted.contains("io.github.phoenixkt.dataframe.*").shouldBeTrue()
        }

        test("reports and progress have HTML, and plain text for a front end without it") {
            FakePhoenix.start().use { fake ->
                val report = uploadOf(fake, listOf("known", "missing"))
                val shown = rendered(report).shouldNotBeNull()
                shown["text/html"]!! shouldContain "incomplete"
                shown["text/plain"] shouldBe report.toString()
            }
        }

        test("what logEvaluations returns has HTML; other lists have not") {
            FakePhoenix.start().use { fake ->
                clientOf(fake).use { client ->
                    val reports =
                        client.logEvaluations(
                            SpanEvaluations("funny", judged("missing")),
                            projectName = "default",
                        )
                    rendered(reports).shouldNotBeNull()["text/html"]!! shouldContain "funny"
                    rendered(reports.single()).shouldNotBeNull()
                    rendered(reports + "more").shouldBeNull()
                    rendered(emptyList<Any>()).shouldBeNull()
                    rendered("text").shouldBeNull()
                    rendered(null).shouldBeNull()
                }
            }
        }

        test("notebookProgress() is declared, and shows progress of one upload in one place") {
            val shown = mutableListOf<Triple<String, Any?, String?>>()
            var declared = emptyList<VariableDeclaration>()
            val host =
                proxy<KotlinKernelHost> { name, arguments ->
                    if (name == "declare") {
                        declared = (arguments[0] as Iterable<*>).map { it as VariableDeclaration }
                    } else {
                        shown += Triple(name, arguments[0], arguments[1] as String?)
                    }
                }
            definition().init.forEach { it(host) }
            val variable = declared.single()
            variable.name shouldBe "notebookProgress"
            variable.type shouldBe typeOf<() -> UploadProgressListener>()
            @Suppress("UNCHECKED_CAST")
            val newProgress = variable.value as () -> UploadProgressListener
            FakePhoenix.start().use { fake ->
                repeat(2) {
                    uploadOf(fake, listOf("known"), uploadOptions { progress = newProgress() })
                }
            }
            val first = shown.filter { it.first == "display" && it.third != null }
            first shouldHaveSize 2
            first.map { it.third }.distinct() shouldHaveSize 2
            shown.filter { it.first != "display" && it.first != "updateDisplay" }.shouldBeEmpty()
        }

        test("the script of DataFrame's tables comes from its jar, not only from the internet") {
            val shown = mutableListOf<Any?>()
            val host =
                proxy<KotlinKernelHost> { name, arguments ->
                    if (name == "display") shown += arguments[0]
                }
            definition().init.forEach { it(host) }
            val html = (shown.single() as MimeTypedResult).getValue("text/html")
            html shouldContain "window.DataFrame"
            html shouldContain "call_DataFrame"
        }
    })

/** As the kernel does: by the name in the resource. */
private fun definition(): LibraryDefinition {
    val resource =
        checkNotNull(
            PhoenixIntegration::class
                .java
                .getResource("/META-INF/kotlin-jupyter-libraries/libraries.json")
        )
    val name =
        Json.parseToJsonElement(resource.readText())
            .jsonObject
            .getValue("producers")
            .jsonArray
            .single()
            .jsonObject
            .getValue("fqn")
            .jsonPrimitive
            .content
    val producer = Class.forName(name).getDeclaredConstructor().newInstance()
    return (producer as LibraryDefinitionProducer)
        .getDefinitions(proxy<Notebook> { _, _ -> null })
        .single()
}

private fun rendered(value: Any?): MimeTypedResult? {
    val renderer = definition().renderers.single()
    if (!renderer.accepts(value)) return null
    val host = proxy<ExecutionHost> { _, _ -> null }
    return renderer.execution.execute(host, FieldValue(value, "name")).value as MimeTypedResult
}

private inline fun <reified T : Any> proxy(
    crossinline answer: (name: String, arguments: List<Any?>) -> Any?
): T =
    Proxy.newProxyInstance(T::class.java.classLoader, arrayOf(T::class.java)) { _, method, given ->
        answer(method.name, given.orEmpty().toList())
    } as T

private fun isThere(import: String): Boolean {
    val loader = PhoenixIntegration::class.java.classLoader
    if (import.endsWith(".*")) {
        return loader.getResource(import.removeSuffix(".*").replace('.', '/')) != null
    }
    val (packageName, function) = import.substringBeforeLast('.') to import.substringAfterLast('.')
    return FILES_OF_FUNCTIONS.any { file ->
        runCatching { Class.forName("$packageName.$file") }
            .getOrNull()
            ?.methods
            .orEmpty()
            .any { it.name == function }
    }
}

/** Functions that are imported by name stand in one of these. */
private val FILES_OF_FUNCTIONS = listOf("BuildersKt", "FlowKt")
