package io.github.phoenixkt

import io.github.phoenixkt.settings.Warnings
import io.github.phoenixkt.settings.currentUser
import java.nio.file.Path
import java.nio.file.attribute.UserPrincipal

/**
 * The places where [PhoenixSettings] looks up what you do not set. In order of precedence: JVM
 * system properties, environment variables, and the nearest trusted `.env.phoenix` file in the
 * working directory or above it.
 *
 * The name of a system property is that of the variable, in lower case and with dots:
 *
 * |Variable                     |System property              |Meaning                                  |
 * |-----------------------------|-----------------------------|-----------------------------------------|
 * |`PHOENIX_ENDPOINT`           |`phoenix.endpoint`           |base URL                                 |
 * |`PHOENIX_COLLECTOR_ENDPOINT` |`phoenix.collector.endpoint` |base URL, as trace exporters name it     |
 * |`OTEL_EXPORTER_OTLP_ENDPOINT`|`otel.exporter.otlp.endpoint`|base URL; not in a file                  |
 * |`PHOENIX_BASE_URL`           |`phoenix.base.url`           |base URL, for compatibility              |
 * |`PHOENIX_HOST`               |`phoenix.host`               |host of the base URL `http://host:port`  |
 * |`PHOENIX_PORT`               |`phoenix.port`               |port of that URL. Default: 6006          |
 * |`PHOENIX_HOST_ROOT_PATH`     |`phoenix.host.root.path`     |path of that URL                         |
 * |`PHOENIX_API_KEY`            |`phoenix.api.key`            |sent as `Authorization: Bearer …`        |
 * |`PHOENIX_CLIENT_HEADERS`     |`phoenix.client.headers`     |extra headers                            |
 * |`PHOENIX_PROJECT`            |`phoenix.project`            |project. Default: `default`              |
 * |`PHOENIX_PROJECT_NAME`       |`phoenix.project.name`       |project, if `PHOENIX_PROJECT` is not set |
 * |`PHOENIX_DISCOVER_CONFIG`    |`phoenix.discover.config`    |`false`, `0`, `no` or `off`: read no file|
 *
 * **Values.** Values are trimmed, and one pair of quotes around a value is removed. A blank value
 * counts as not set. `/v1/traces` at the end of a base URL is removed. A base URL that cannot be
 * used is an error that names the place it comes from. Extra headers have the form
 * `name=value,name2=value2` with percent-encoded values, or are a JSON object of strings. An
 * `Authorization` header among them replaces the API key.
 *
 * **Precedence.** Within one place, the first base URL of the table wins. The base URL, the
 * credentials (key and headers) and the project are looked up separately. Each comes from one
 * place: the first that sets a part of it. Settings in code are added to it: a key in code replaces
 * the key that was found, and a header in code replaces a header of the same name.
 *
 * There are two exceptions. `PHOENIX_ENDPOINT` in any place takes precedence over the other
 * location variables. `PHOENIX_BASE_URL` and `PHOENIX_HOST_ROOT_PATH` alone do not stop the search
 * for the location.
 *
 * The base URL and the credentials can come from different places. If the base URL comes from a
 * file and the credentials do not, a warning is logged.
 *
 * **File.** `.env.phoenix` has lines of the form `NAME=value` or `export NAME=value`. Only names
 * that start with `PHOENIX_` are read. Comments need lines of their own. The file is trusted if it
 * is a regular UTF-8 file of at most 64 KiB that belongs to the current user. A file that is not
 * trusted is skipped with a warning, and the search continues in the directory above.
 *
 * Each warning is logged once per instance. All instances from [system] count as one.
 */
public class PhoenixEnvironment
internal constructor(
    internal val variables: Map<String, String>,
    internal val properties: Map<String, String>,
    internal val workingDirectory: Path?,
    internal val warnings: Warnings,
    internal val user: () -> UserPrincipal?,
) {
    /**
     * Creates an environment with exactly these values.
     *
     * @param variables environment variables by name
     * @param properties system properties by name
     * @param workingDirectory where the search for `.env.phoenix` starts; null to read no file
     */
    @JvmOverloads
    public constructor(
        variables: Map<String, String> = emptyMap(),
        properties: Map<String, String> = emptyMap(),
        workingDirectory: Path? = null,
    ) : this(variables.toMap(), properties.toMap(), workingDirectory, Warnings(), ::currentUser)

    /** Shows no values, because some are secrets. */
    override fun toString(): String = "PhoenixEnvironment(workingDirectory=$workingDirectory)"

    public companion object {
        private val systemWarnings = Warnings()

        /** Returns the environment of this process as it is now. */
        @JvmStatic
        public fun system(): PhoenixEnvironment {
            val properties = System.getProperties()
            return PhoenixEnvironment(
                System.getenv(),
                properties.stringPropertyNames().associateWith {
                    properties.getProperty(it).orEmpty()
                },
                Path.of("").toAbsolutePath(),
                systemWarnings,
                ::currentUser,
            )
        }

        /** Returns an environment without values: only explicit settings and defaults count. */
        @JvmStatic public fun empty(): PhoenixEnvironment = PhoenixEnvironment()
    }
}
