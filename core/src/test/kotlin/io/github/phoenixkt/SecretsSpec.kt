package io.github.phoenixkt

import io.github.phoenixkt.settings.TestEnvironment
import io.github.phoenixkt.settings.withEnvFile
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.booleans.shouldBeTrue
import io.kotest.matchers.string.shouldNotContainIgnoringCase

private const val SECRET = "s3cret"

class SecretsSpec :
    StringSpec({
        // Every way to put a secret where it belongs, and every likely way to put it where it does
        // not.
        val variables =
            listOf(
                mapOf("PHOENIX_API_KEY" to SECRET),
                mapOf("PHOENIX_API_KEY" to "Bearer $SECRET"),
                mapOf("PHOENIX_API_KEY" to "$SECRET\r\nx: y"),
                mapOf("PHOENIX_API_KEY" to "“$SECRET”"),
                mapOf("PHOENIX_CLIENT_HEADERS" to "authorization=Bearer $SECRET"),
                mapOf("PHOENIX_CLIENT_HEADERS" to "authorization=Bearer%20$SECRET%0A,x=1"),
                mapOf("PHOENIX_CLIENT_HEADERS" to "$SECRET=="),
                mapOf("PHOENIX_CLIENT_HEADERS" to "Authorization: Bearer $SECRET"),
                mapOf("PHOENIX_CLIENT_HEADERS" to """{"authorization":"Bearer $SECRET"}"""),
                mapOf("PHOENIX_CLIENT_HEADERS" to """{"authorization":"Bearer $SECRET"""),
                mapOf("PHOENIX_CLIENT_HEADERS" to """{"authorization":["$SECRET\u0000"]}"""),
                mapOf("PHOENIX_ENDPOINT" to "https://user:$SECRET@host"),
                mapOf("PHOENIX_ENDPOINT" to "$SECRET@host/a"),
                mapOf("PHOENIX_ENDPOINT" to "https://user:1/$SECRET@host"),
                mapOf("PHOENIX_ENDPOINT" to "https://user:$SECRET?@host"),
                mapOf("PHOENIX_ENDPOINT" to "https://host?api_key=$SECRET"),
                mapOf("PHOENIX_ENDPOINT" to "https://host/a b#$SECRET"),
                mapOf("PHOENIX_COLLECTOR_ENDPOINT" to "https://user:$SECRET@host/v1/traces"),
                mapOf("OTEL_EXPORTER_OTLP_ENDPOINT" to "https://user:$SECRET@host"),
                mapOf("PHOENIX_BASE_URL" to "https://user:$SECRET@host"),
                mapOf("PHOENIX_HOST" to "user:$SECRET@host"),
                mapOf("PHOENIX_PORT" to SECRET),
                mapOf("PHOENIX_HOST_ROOT_PATH" to "/a?token=$SECRET"),
            )
        val explicit =
            listOf<PhoenixSettings.Builder.() -> Unit>(
                { apiKey = SECRET },
                { apiKey = "Bearer $SECRET" },
                { apiKey = "$SECRET\n$SECRET" },
                { apiKey { SECRET } },
                { apiKey { "$SECRET\u0000$SECRET" } },
                { headers = mapOf("authorization" to "Bearer $SECRET") },
                { headers = mapOf("x-a" to "$SECRET\r\nx: y") },
                { headers = mapOf("Authorization: Bearer $SECRET" to "") },
                { endpoint = "https://user:$SECRET@host" },
            )

        fun printedBy(
            test: TestEnvironment,
            configure: PhoenixSettings.Builder.() -> Unit = {},
        ): List<String> {
            val builder = PhoenixSettings.builder().environment(test.environment).apply(configure)
            val printed = mutableListOf(builder.toString(), test.environment.toString())
            runCatching {
                val settings = builder.build()
                printed += settings.toString()
                printed += settings.describe()
                settings.requestHeaders()
            }
                .onFailure { printed += it.stackTraceToString() }
            return printed + test.warned
        }

        fun List<String>.shouldHideTheSecret() = forEach { it shouldNotContainIgnoringCase SECRET }

        "a variable's secret is never printed" {
            variables.forEach {
                withClue(it) { printedBy(TestEnvironment(it)).shouldHideTheSecret() }
            }
        }

        "a property's secret is never printed" {
            variables.forEach { variable ->
                val properties = variable.mapKeys { (name) -> name.lowercase().replace('_', '.') }
                withClue(properties) {
                    printedBy(TestEnvironment(properties = properties)).shouldHideTheSecret()
                }
            }
        }

        "a file's secret is never printed" {
            variables.forEach { variable ->
                val lines = variable.map { (name, value) -> "$name=$value" }.toTypedArray()
                val test = TestEnvironment(directory = tempdir().toPath().withEnvFile(*lines))
                withClue(lines.asList()) { printedBy(test).shouldHideTheSecret() }
            }
        }

        "a setting's secret is never printed" {
            explicit.forEachIndexed { index, configure ->
                withClue(index) { printedBy(TestEnvironment(), configure).shouldHideTheSecret() }
            }
        }

        "a header that is refused for one call is not printed" {
            val settings = phoenixSettings { environment = PhoenixEnvironment.empty() }

            val refusal = runCatching { settings.requestHeaders(mapOf("x-a" to "$SECRET\n")) }

            refusal.isFailure.shouldBeTrue()
            refusal.exceptionOrNull()!!.stackTraceToString() shouldNotContainIgnoringCase SECRET
        }
    })
