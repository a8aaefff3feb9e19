package io.github.phoenixkt

import io.github.phoenixkt.settings.TestEnvironment
import io.github.phoenixkt.settings.withEnvFile
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respondOk
import java.net.Proxy
import java.time.Duration
import java.util.function.Supplier
import javax.net.ssl.SSLContext

class PhoenixSettingsSpec :
    StringSpec({
        fun settings(
            vararg variables: Pair<String, String>,
            configure: PhoenixSettings.Builder.() -> Unit = {},
        ) = phoenixSettings {
            environment = PhoenixEnvironment(mapOf(*variables))
            configure()
        }

        "with nothing set, Phoenix runs on this machine" {
            val settings = settings()

            settings.endpoint shouldBe "http://localhost:6006"
            settings.endpointGiven shouldBe false
            settings("PHOENIX_PORT" to "6006").endpointGiven shouldBe true
            settings.project shouldBe "default"
            settings.requestHeaders() shouldBe emptyMap()
            settings.engine shouldBe null
            settings.proxy shouldBe null
            settings.sslContext shouldBe null
            settings.timeouts.toString() shouldBe "TimeoutSettings(connect=PT10S, request=PT1M)"
            settings.retry.toString() shouldBe
                "RetrySettings(maxAttempts=4, initialDelay=PT0.5S, multiplier=2.0, maxDelay=PT8S, " +
                    "maxRetryAfter=PT1M, totalTimeout=PT2M)"
            settings.describe() shouldBe
                """
                |endpoint: http://localhost:6006 (from the default)
                |credentials: none
                |project: default (from the default)
                """
                    .trimMargin()
        }

        "the Kotlin block and the Java chain say the same" {
            val environment = PhoenixEnvironment.empty()
            val runtime = PhoenixRuntime()
            val kotlin = phoenixSettings {
                this.environment = environment
                this.runtime = runtime
                endpoint = "host.example/s/a"
                apiKey = "k"
                headers = mapOf("X-A" to "1")
                project = "p"
                retry { maxAttempts = 6 }
                timeouts { request = Duration.ofSeconds(5) }
            }
            val java =
                PhoenixSettings.builder()
                    .environment(environment)
                    .runtime(runtime)
                    .endpoint("host.example/s/a")
                    .apiKey("k")
                    .header("X-A", "1")
                    .project("p")
                    .retry(RetrySettings.builder().maxAttempts(6).build())
                    .timeouts(TimeoutSettings.builder().request(Duration.ofSeconds(5)).build())
                    .build()

            java.toString() shouldBe kotlin.toString()
            java.requestHeaders() shouldBe kotlin.requestHeaders()
            java.runtime shouldBeSameInstanceAs kotlin.runtime
            kotlin.endpoint shouldBe "https://host.example/s/a"
            kotlin.requestHeaders() shouldBe mapOf("Authorization" to "Bearer k", "X-A" to "1")
        }

        "what is explicit beats what is found, and blank counts as unset" {
            val found =
                arrayOf(
                    "PHOENIX_ENDPOINT" to "http://found",
                    "PHOENIX_API_KEY" to "found",
                    "PHOENIX_PROJECT" to "found",
                )

            val explicit =
                settings(*found) { endpoint("http://given").apiKey("given").project("given") }
            explicit.endpoint shouldBe "http://given"
            explicit.project shouldBe "given"
            explicit.requestHeaders() shouldBe mapOf("Authorization" to "Bearer given")

            val blank = settings(*found) { endpoint(" ").apiKey("").project("\t") }
            blank.endpoint shouldBe "http://found"
            blank.project shouldBe "found"
            blank.requestHeaders() shouldBe mapOf("Authorization" to "Bearer found")
        }

        "headers come from the call, then the key, then the settings, then the environment" {
            val settings =
                settings(
                    "PHOENIX_CLIENT_HEADERS" to "authorization=Basic env,x-a=env,x-b=env,x-c=env"
                ) {
                    headers =
                        mapOf("AUTHORIZATION" to "Basic given", "X-B" to "given", "X-C" to "given")
                    apiKey = "given"
                }

            settings.requestHeaders(mapOf("X-c" to "call")).mapKeys { it.key.lowercase() } shouldBe
                mapOf(
                    "authorization" to "Bearer given",
                    "x-a" to "env",
                    "x-b" to "given",
                    "x-c" to "call",
                )
            settings
                .requestHeaders(mapOf("authorization" to "call"))
                .values
                .toList() shouldContainExactly listOf("call", "env", "given", "given")
        }

        "an explicit authorization header silences a key of the environment" {
            val settings =
                settings("PHOENIX_API_KEY" to "env") {
                    headers = mapOf("authorization" to "Basic given")
                }

            settings.requestHeaders() shouldBe mapOf("authorization" to "Basic given")
        }

        "a key supplier is asked for every request and silences a key of the environment" {
            val keys = ArrayDeque(listOf("one", " two\n", null, " "))
            val settings = settings("PHOENIX_API_KEY" to "env") { apiKey { keys.removeFirst() } }

            List(4) { settings.requestHeaders()["Authorization"] } shouldContainExactly
                listOf("Bearer one", "Bearer two", null, null)
        }

        "the last of key and supplier counts" {
            settings { apiKey(Supplier { "supplied" }).apiKey("set") }.requestHeaders() shouldBe
                mapOf("Authorization" to "Bearer set")
            settings { apiKey("set").apiKey(Supplier { "supplied" }) }.requestHeaders() shouldBe
                mapOf("Authorization" to "Bearer supplied")
        }

        "a header map that changes later changes nothing" {
            val headers = mutableMapOf("x-a" to "1")
            val settings = settings { this.headers = headers }
            headers["x-a"] = "2"

            settings.requestHeaders() shouldBe mapOf("x-a" to "1")
        }

        "an engine of the caller's excludes settings of ours" {
            val engine = MockEngine { respondOk() }

            settings { this.engine = engine }.engine shouldBeSameInstanceAs engine
            settings { proxy(Proxy.NO_PROXY).sslContext(SSLContext.getDefault()) }.proxy shouldBe
                Proxy.NO_PROXY
            shouldThrow<IllegalArgumentException> {
                    settings { engine(engine).proxy(Proxy.NO_PROXY) }
                }
                .message shouldContain "set them on the engine"
            shouldThrow<IllegalArgumentException> {
                settings { engine(engine).sslContext(SSLContext.getDefault()) }
            }
        }

        "the description names the source that won" {
            val directory = tempdir().toPath().withEnvFile("PHOENIX_PROJECT=team")
            val settings = phoenixSettings {
                environment =
                    TestEnvironment(
                            mapOf("PHOENIX_CLIENT_HEADERS" to "x-a=1,authorization=Basic b"),
                            mapOf("phoenix.endpoint" to "localhost:1"),
                            directory,
                        )
                        .environment
                headers = mapOf("x-b" to "1", "x-c" to "1")
            }

            settings.describe() shouldBe
                """
                |endpoint: http://localhost:1 (from system property phoenix.endpoint)
                |credentials: Authorization set (from PHOENIX_CLIENT_HEADERS), masked; 1 extra header(s) set (from PHOENIX_CLIENT_HEADERS), masked; 2 extra header(s) set (from the headers setting), masked
                |project: team (from PHOENIX_PROJECT in $directory/.env.phoenix)
                """
                    .trimMargin()
            settings { apiKey { "k" } }.describe() shouldContain
                "credentials: Authorization set (from the apiKey supplier), masked"
        }

        "the system's own environment is read anew each time" {
            System.setProperty("phoenix.endpoint", "http://from-a-property")
            try {
                PhoenixSettings.fromEnvironment().endpoint shouldBe "http://from-a-property"
            } finally {
                System.clearProperty("phoenix.endpoint")
            }
            PhoenixEnvironment.system().properties.containsKey("phoenix.endpoint") shouldBe false
        }

        "by default, no id comes twice" {
            val runtime = PhoenixRuntime()

            List(100) { runtime.newId() }.toSet().size shouldBe 100
        }
    })
