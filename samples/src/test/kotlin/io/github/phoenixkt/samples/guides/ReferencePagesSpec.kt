package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.CallOptions
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.RetrySettings
import io.github.phoenixkt.TimeoutSettings
import io.github.phoenixkt.queue.AnnotationQueueOptions
import io.github.phoenixkt.samples.CHECKOUT
import io.github.phoenixkt.upload.RowOutcome
import io.github.phoenixkt.upload.UploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

/** The tables that a reader takes for complete are complete. */
class ReferencePagesSpec :
    FunSpec({
        mapOf(
                PhoenixSettings.Builder::class.java to "",
                TimeoutSettings.Builder::class.java to "timeouts.",
                RetrySettings.Builder::class.java to "retry.",
                CallOptions.Builder::class.java to "",
                UploadOptions.Builder::class.java to "",
                AnnotationQueueOptions.Builder::class.java to "",
            )
            .forEach { (builder, prefix) ->
                test("configuration.md has every setting of ${builder.name}") {
                    val settings =
                        builder.methods.filter { it.returnType == builder }.map { it.name }
                    settings.size shouldBeGreaterThan 1
                    val page = page("configuration")
                    settings.distinct().filterNot { "`$prefix$it`" in page }.shouldBeEmpty()
                }
            }

        test("configuration.md has every variable that is read") {
            val names =
                CHECKOUT.resolve("core/src/main/kotlin")
                    .walk()
                    .filter { it.extension == "kt" }
                    .flatMap { Regex("\"((PHOENIX|OTEL)_[A-Z_]+)\"").findAll(it.readText()) }
                    .map { it.groupValues[1] }
                    .toSet()
            names.size shouldBeGreaterThan 9
            val page = page("configuration")
            names.filterNot { "`$it`" in page }.shouldBeEmpty()
        }

        test("compatibility.md has every version of Phoenix that a call needs") {
            val needed =
                CHECKOUT.resolve("core/src/main/kotlin")
                    .walk()
                    .filter { it.extension == "kt" }
                    .flatMap { Regex("Capability\\(\\s*(\\d+),\\s*(\\d+),").findAll(it.readText()) }
                    .map { "${it.groupValues[1]}.${it.groupValues[2]}" }
                    .toSet()
            needed.size shouldBeGreaterThan 20
            val shown =
                Regex("^\\| .* \\| ([\\d., ]+) \\|$", RegexOption.MULTILINE)
                    .findAll(page("compatibility"))
                    .flatMap { it.groupValues[1].split(", ") }
                    .toSet()
            shown shouldContainExactlyInAnyOrder needed
        }

        test("errors.md has every exception") {
            val exceptions =
                PhoenixException::class.java.declaredClasses.filter {
                    PhoenixException::class.java.isAssignableFrom(it)
                }
            exceptions.size shouldBeGreaterThan 9
            val page = page("errors")
            exceptions.map { it.simpleName }.filterNot { "`$it`" in page }.shouldBeEmpty()
        }

        test("delivery.md has every outcome of a row") {
            val outcomes =
                RowOutcome::class.java.declaredClasses.filter {
                    RowOutcome::class.java.isAssignableFrom(it)
                }
            outcomes.size shouldBeGreaterThan 5
            val page = page("delivery")
            outcomes.map { it.simpleName }.filterNot { "`$it`" in page }.shouldBeEmpty()
        }
    })

private fun page(name: String): String = CHECKOUT.resolve("docs/$name.md").readText()
