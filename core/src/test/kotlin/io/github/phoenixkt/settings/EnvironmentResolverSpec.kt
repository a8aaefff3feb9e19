package io.github.phoenixkt.settings

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** What each place says, and what must come of it. */
private class Case(
    val clue: String,
    val expected: String,
    val properties: Map<String, String> = emptyMap(),
    val process: Map<String, String> = emptyMap(),
    val file: List<String> = emptyList(),
    val warnings: Int = 0,
)

class EnvironmentResolverSpec :
    StringSpec({
        fun Case.check(resolve: (EnvironmentResolver) -> String) {
            val directory = tempdir().toPath()
            if (file.isNotEmpty()) directory.withEnvFile(*file.toTypedArray())
            val test = TestEnvironment(process, properties, directory)
            withClue("$clue, warned ${test.warned}") {
                resolve(test.resolver) shouldBe expected
                test.warned shouldHaveSize warnings
            }
        }

        val locations =
            listOf(
                Case("nothing", "http://localhost:6006"),
                Case(
                    "blank is absent",
                    "http://localhost:6006",
                    process = mapOf("PHOENIX_ENDPOINT" to "  "),
                ),
                Case(
                    "trimmed",
                    "http://a:1",
                    process = mapOf("PHOENIX_ENDPOINT" to " http://a:1 \n"),
                ),
                Case(
                    "a property beats the process",
                    "http://p",
                    properties = mapOf("phoenix.endpoint" to "http://p"),
                    process = mapOf("PHOENIX_ENDPOINT" to "http://a"),
                ),
                Case(
                    "the process beats the file",
                    "http://a",
                    process = mapOf("PHOENIX_ENDPOINT" to "http://a"),
                    file = listOf("PHOENIX_ENDPOINT=http://f"),
                ),
                Case("the file", "http://f", file = listOf("PHOENIX_ENDPOINT=http://f")),
                Case(
                    "rank 1",
                    "http://a",
                    process =
                        mapOf(
                            "PHOENIX_ENDPOINT" to "http://a",
                            "PHOENIX_COLLECTOR_ENDPOINT" to "http://b",
                            "OTEL_EXPORTER_OTLP_ENDPOINT" to "http://c",
                        ),
                ),
                Case(
                    "rank 2, without the route for traces",
                    "http://b/x",
                    process =
                        mapOf(
                            "PHOENIX_COLLECTOR_ENDPOINT" to "http://b/x/v1/traces",
                            "OTEL_EXPORTER_OTLP_ENDPOINT" to "http://c",
                        ),
                ),
                Case(
                    "rank 3, without the route for traces",
                    "http://c",
                    process =
                        mapOf(
                            "OTEL_EXPORTER_OTLP_ENDPOINT" to "http://c/v1/traces/",
                            "PHOENIX_BASE_URL" to "http://d",
                        ),
                ),
                Case(
                    "rank 4, without the route for traces",
                    "http://d",
                    process =
                        mapOf("PHOENIX_BASE_URL" to "http://d/v1/traces", "PHOENIX_HOST" to "e"),
                ),
                Case(
                    "rank 5",
                    "http://e:7/root",
                    process =
                        mapOf(
                            "PHOENIX_HOST" to "e",
                            "PHOENIX_PORT" to "7",
                            "PHOENIX_HOST_ROOT_PATH" to "root/",
                        ),
                ),
                Case(
                    "PHOENIX_ENDPOINT without the route for traces",
                    "http://a/s",
                    process = mapOf("PHOENIX_ENDPOINT" to "http://a/s/v1/traces"),
                ),
                Case(
                    "quotes of a container's file",
                    "http://a",
                    process = mapOf("PHOENIX_ENDPOINT" to " \"http://a\" "),
                ),
                Case(
                    "quotes of a property",
                    "http://b",
                    properties = mapOf("phoenix.collector.endpoint" to "'http://b/v1/traces'"),
                ),
                Case(
                    "quotes around nothing",
                    "http://localhost:6006",
                    process = mapOf("PHOENIX_ENDPOINT" to "\"\""),
                ),
                Case(
                    "an OpenTelemetry property",
                    "http://c",
                    properties = mapOf("otel.exporter.otlp.endpoint" to "http://c"),
                ),
                Case(
                    "an OpenTelemetry variable in the file is nobody's",
                    "http://localhost:6006",
                    file = listOf("OTEL_EXPORTER_OTLP_ENDPOINT=http://c"),
                ),
                Case(
                    "the root path is for hosts only",
                    "http://b",
                    process =
                        mapOf(
                            "PHOENIX_COLLECTOR_ENDPOINT" to "http://b",
                            "PHOENIX_HOST_ROOT_PATH" to "/r",
                        ),
                ),
                Case(
                    "a path of the host's own stays",
                    "http://e:6006/own",
                    process = mapOf("PHOENIX_HOST" to "e/own", "PHOENIX_HOST_ROOT_PATH" to "/r"),
                ),
                Case("port alone", "http://localhost:7", process = mapOf("PHOENIX_PORT" to "7")),
                Case(
                    "root path alone",
                    "http://localhost:6006/r",
                    process = mapOf("PHOENIX_HOST_ROOT_PATH" to "/r"),
                ),
                Case(
                    "a port claims the group",
                    "http://localhost:7",
                    process = mapOf("PHOENIX_PORT" to "7"),
                    file = listOf("PHOENIX_COLLECTOR_ENDPOINT=http://f", "PHOENIX_HOST=h"),
                ),
                Case(
                    "a host is not combined with another place's port",
                    "http://e:6006",
                    process = mapOf("PHOENIX_HOST" to "e"),
                    file = listOf("PHOENIX_PORT=7"),
                ),
                Case(
                    "an inferred endpoint yields to a stated one of a weaker place",
                    "http://f",
                    process =
                        mapOf("OTEL_EXPORTER_OTLP_ENDPOINT" to "http://c", "PHOENIX_HOST" to "e"),
                    file = listOf("PHOENIX_ENDPOINT=http://f"),
                ),
                Case(
                    "PHOENIX_BASE_URL does not claim the group",
                    "http://f:6006",
                    process = mapOf("PHOENIX_BASE_URL" to "http://d"),
                    file = listOf("PHOENIX_HOST=f"),
                ),
                Case(
                    "PHOENIX_BASE_URL when nobody claims the group",
                    "http://d",
                    process = mapOf("PHOENIX_BASE_URL" to "http://d"),
                    file = listOf("PHOENIX_BASE_URL=http://f"),
                ),
                Case(
                    "an address is no port and claims nothing",
                    "http://f",
                    process = mapOf("PHOENIX_PORT" to "tcp://10.0.0.1:6006"),
                    file = listOf("PHOENIX_BASE_URL=http://f"),
                    warnings = 1,
                ),
                Case(
                    "no file is looked for",
                    "http://localhost:6006",
                    process = mapOf("PHOENIX_DISCOVER_CONFIG" to " No "),
                    file = listOf("PHOENIX_ENDPOINT=http://f"),
                ),
                Case(
                    "a property turns the file off",
                    "http://localhost:6006",
                    properties = mapOf("phoenix.discover.config" to "OFF"),
                    process = mapOf("PHOENIX_DISCOVER_CONFIG" to "true"),
                    file = listOf("PHOENIX_ENDPOINT=http://f"),
                ),
                Case(
                    "the file cannot turn itself off",
                    "http://f",
                    file = listOf("PHOENIX_DISCOVER_CONFIG=false", "PHOENIX_ENDPOINT=http://f"),
                ),
            )
        locations.forEach { case ->
            "location: ${case.clue}" { case.check { it.endpoint(null).value } }
        }

        val projects =
            listOf(
                Case("nothing", "default"),
                Case("name", "n", process = mapOf("PHOENIX_PROJECT_NAME" to "n")),
                Case(
                    "the same twice",
                    "p",
                    process = mapOf("PHOENIX_PROJECT" to "p", "PHOENIX_PROJECT_NAME" to "p"),
                ),
                Case(
                    "two that differ",
                    "p",
                    process = mapOf("PHOENIX_PROJECT" to "p", "PHOENIX_PROJECT_NAME" to "n"),
                    warnings = 1,
                ),
                Case(
                    "a group",
                    "n",
                    process = mapOf("PHOENIX_PROJECT_NAME" to "n"),
                    file = listOf("PHOENIX_PROJECT=f"),
                ),
                Case(
                    "a property",
                    "s",
                    properties = mapOf("phoenix.project.name" to "s"),
                    process = mapOf("PHOENIX_PROJECT" to "p"),
                ),
                Case("the file", "f", file = listOf("PHOENIX_PROJECT_NAME=f")),
            )
        projects.forEach { case ->
            "project: ${case.clue}" { case.check { it.project(null).value } }
        }

        val inherited =
            listOf(
                Case("nothing", "{}"),
                Case(
                    "a key",
                    "{Authorization=Bearer k}",
                    process = mapOf("PHOENIX_API_KEY" to " k "),
                ),
                Case(
                    "an authorization header silences the key",
                    "{authorization=Basic b}",
                    process =
                        mapOf(
                            "PHOENIX_API_KEY" to "k",
                            "PHOENIX_CLIENT_HEADERS" to "authorization=Basic b",
                        ),
                ),
                Case(
                    "headers of the process hide a key of the file",
                    "{x-a=1}",
                    process = mapOf("PHOENIX_CLIENT_HEADERS" to "x-a=1"),
                    file = listOf("PHOENIX_API_KEY=f"),
                ),
                Case(
                    "a property hides headers of the process",
                    "{Authorization=Bearer p}",
                    properties = mapOf("phoenix.api.key" to "p"),
                    process = mapOf("PHOENIX_CLIENT_HEADERS" to "x-a=1"),
                ),
                Case(
                    "groups are independent",
                    "{Authorization=Bearer f}",
                    process = mapOf("PHOENIX_ENDPOINT" to "http://a"),
                    file = listOf("PHOENIX_API_KEY=f"),
                ),
            )
        inherited.forEach { case ->
            "credentials: ${case.clue}" {
                case.check {
                    it.credentials(null, emptyMap(), it.endpoint(null))
                        .requestHeaders(emptyMap())
                        .toString()
                }
            }
        }

        "an unusable stated endpoint says what was found, where, and what to do" {
            val directory = tempdir().toPath().withEnvFile("PHOENIX_ENDPOINT=grpc://f:4317")

            val refusal =
                shouldThrow<IllegalArgumentException> {
                    TestEnvironment(directory = directory).resolver.endpoint(null)
                }

            refusal.message shouldBe
                "\"grpc://f:4317\" (from PHOENIX_ENDPOINT in $directory/.env.phoenix) cannot be used as the Phoenix endpoint: " +
                    "its scheme is neither http nor https. Use one of these"
        }

        val unusable =
            listOf(
                "http://c:1/v1/traces?x=1" to "query",
                "http://c:1#x" to "fragment",
                "\"http://c:1" to "valid host",
                "http://user:s3cret@c:1" to "user name",
                "grpc://c:4317" to "scheme",
                "http://" to "valid host",
                "http://c:99999" to "port",
                "http://c:1/a b" to "white space",
            )
        for ((value, reason) in unusable) {
            for (variable in
                listOf(
                    "PHOENIX_ENDPOINT",
                    "PHOENIX_COLLECTOR_ENDPOINT",
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "PHOENIX_BASE_URL",
                    "PHOENIX_HOST",
                )) {
                "$variable = $value is an error that names it, wherever it is set" {
                    val property = variable.lowercase().replace('_', '.')
                    val directory = tempdir().toPath().withEnvFile("$variable=$value")
                    // A usable one of a lower rank does not hide it.
                    val lower =
                        if (variable in listOf("PHOENIX_BASE_URL", "PHOENIX_HOST")) emptyMap()
                        else mapOf("PHOENIX_HOST" to "localhost")
                    val places =
                        mutableMapOf(
                            variable to TestEnvironment(lower + (variable to value)),
                            "system property $property" to
                                TestEnvironment(lower, mapOf(property to value)),
                        )
                    if (variable.startsWith("PHOENIX"))
                        places["$variable in $directory/.env.phoenix"] =
                            TestEnvironment(directory = directory)
                    for ((place, test) in places) {
                        val refusal =
                            shouldThrow<IllegalArgumentException> { test.resolver.endpoint(null) }
                        refusal.message shouldContain "(from $place)"
                        refusal.message shouldContain reason
                        refusal.message shouldContain "c:1".takeIf { it in value }.orEmpty()
                        refusal.message!!.contains("s3cret") shouldBe false
                        refusal.message!!.contains("x=1") shouldBe false
                    }
                }
            }

            "an explicit endpoint of $value is an error" {
                shouldThrow<IllegalArgumentException> {
                        TestEnvironment().resolver.endpoint(value)
                    }
                    .message shouldContain "(from the endpoint setting)"
            }
        }

        for ((variable, value) in
            listOf(
                "PHOENIX_PORT" to "99999",
                "PHOENIX_PORT" to "60O6",
                "PHOENIX_HOST_ROOT_PATH" to "/a b",
            )) {
            "$variable = $value is an error that names it" {
                shouldThrow<IllegalArgumentException> {
                        TestEnvironment(mapOf("PHOENIX_HOST" to "e", variable to value))
                            .resolver
                            .endpoint(null)
                    }
                    .message shouldContain variable
            }
        }

        "a port that does not count is not looked at" {
            TestEnvironment(
                    mapOf("PHOENIX_COLLECTOR_ENDPOINT" to "http://b", "PHOENIX_PORT" to "x")
                )
                .resolver
                .endpoint(null)
                .value shouldBe "http://b"
        }

        "explicit settings beat every place, which then is not even read" {
            val directory = tempdir().toPath().withEnvFile("PHOENIX_ENDPOINT=http://f")
            val test =
                TestEnvironment(
                    mapOf("PHOENIX_PORT" to "not a port"),
                    directory = directory,
                    user = { "somebody else" },
                )

            test.resolver.endpoint("http://x/").value shouldBe "http://x"
            test.resolver.project("p").value shouldBe "p"
            test.warned.shouldBeEmpty()
        }

        "credentials from elsewhere, sent to an endpoint of a file, are warned of once without being shown" {
            val directory = tempdir().toPath().withEnvFile("PHOENIX_ENDPOINT=http://f")
            val test = TestEnvironment(mapOf("PHOENIX_API_KEY" to "s3cret"), directory = directory)

            repeat(2) { test.resolver.credentials(null, emptyMap(), test.resolver.endpoint(null)) }

            test.warned shouldHaveSize 1
            test.warned.single() shouldContain
                "Credentials from PHOENIX_API_KEY are sent to the endpoint"
            test.warned.single() shouldContain "PHOENIX_ENDPOINT in $directory/.env.phoenix"
        }

        "credentials of the same file are sent without a word" {
            val directory =
                tempdir().toPath().withEnvFile("PHOENIX_ENDPOINT=http://f", "PHOENIX_API_KEY=k")
            val test = TestEnvironment(directory = directory)

            test.resolver.credentials(null, emptyMap(), test.resolver.endpoint(null))

            test.warned.shouldBeEmpty()
        }
    })
