package io.github.phoenixkt

import io.github.phoenixkt.settings.Warnings
import io.github.phoenixkt.settings.currentUser
import java.nio.file.Path
import java.nio.file.attribute.UserPrincipal

/**
 * Where settings are looked up that the caller did not make: JVM system properties, then process
 * environment variables, then the nearest trusted `.env.phoenix` at or above the working directory.
 *
 * A system property is named like its variable, in lower case with dots:
 *
 * |Variable                     |System property              |Meaning                                          |
 * |-----------------------------|-----------------------------|-------------------------------------------------|
 * |`PHOENIX_ENDPOINT`           |`phoenix.endpoint`           |base URL                                         |
 * |`PHOENIX_COLLECTOR_ENDPOINT` |`phoenix.collector.endpoint` |the same, as exporters of traces know it         |
 * |`OTEL_EXPORTER_OTLP_ENDPOINT`|`otel.exporter.otlp.endpoint`|the same; not in a file                          |
 * |`PHOENIX_BASE_URL`           |`phoenix.base.url`           |base URL, for compatibility                      |
 * |`PHOENIX_HOST`               |`phoenix.host`               |host of `http://host:port`                       |
 * |`PHOENIX_PORT`               |`phoenix.port`               |port of such a URL. Default 6006                 |
 * |`PHOENIX_HOST_ROOT_PATH`     |`phoenix.host.root.path`     |path of such a URL                               |
 * |`PHOENIX_API_KEY`            |`phoenix.api.key`            |sent as `Authorization: Bearer …`                |
 * |`PHOENIX_CLIENT_HEADERS`     |`phoenix.client.headers`     |extra headers                                    |
 * |`PHOENIX_PROJECT`            |`phoenix.project`            |project. Default `default`                       |
 * |`PHOENIX_PROJECT_NAME`       |`phoenix.project.name`       |the same, second choice                          |
 * |`PHOENIX_DISCOVER_CONFIG`    |`phoenix.discover.config`    |`false`, `0`, `no`, `off`: no file; not in a file|
 *
 * The first base URL of the table that is set wins, less `/v1/traces` at its end; one that cannot
 * be used is an error that names where it was found. Extra headers are written
 * `name=value,name2=value2` with percent-encoded values, or as a JSON object of strings; an
 * `Authorization` among them wins over the API key.
 *
 * Values are trimmed and lose one pair of quotes around them, and a blank one counts as absent.
 * Location, credentials and project are three groups: the first place that sets any member of a
 * group provides the whole group, so that a key meant for one server is not combined with the
 * headers of another. Two exceptions: `PHOENIX_ENDPOINT` in any place beats what is merely inferred
 * from the other location variables, and `PHOENIX_BASE_URL` and `PHOENIX_HOST_ROOT_PATH` do not
 * keep a weaker place from being read.
 *
 * `.env.phoenix` holds lines `NAME=value` with an optional `export ` and one pair of quotes, names
 * starting with `PHOENIX_`, comments on lines of their own. It is trusted when it is a regular
 * UTF-8 file of at most 64 KiB that belongs to the current user.
 *
 * Warnings are logged once per instance; all instances of [system] count as one.
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
     * An environment of the given values alone.
     *
     * @param variables environment variables by name
     * @param properties system properties by name
     * @param workingDirectory where the search for `.env.phoenix` begins; null looks for no file
     */
    @JvmOverloads
    public constructor(
        variables: Map<String, String> = emptyMap(),
        properties: Map<String, String> = emptyMap(),
        workingDirectory: Path? = null,
    ) : this(variables.toMap(), properties.toMap(), workingDirectory, Warnings(), ::currentUser)

    /** Shows nothing of the values: some are secrets. */
    override fun toString(): String = "PhoenixEnvironment(workingDirectory=$workingDirectory)"

    public companion object {
        private val systemWarnings = Warnings()

        /** The environment of this process, as it is now. */
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

        /** An environment without any value: only explicit settings and defaults count. */
        @JvmStatic public fun empty(): PhoenixEnvironment = PhoenixEnvironment()
    }
}
