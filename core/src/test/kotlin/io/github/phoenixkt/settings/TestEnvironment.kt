package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixEnvironment
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.attribute.UserPrincipal

/** An environment that collects its warnings. */
internal class TestEnvironment(
    variables: Map<String, String> = emptyMap(),
    properties: Map<String, String> = emptyMap(),
    directory: Path? = null,
    user: UserPrincipal? = currentUser(),
) {
    val warned = mutableListOf<String>()
    val environment =
        PhoenixEnvironment(variables, properties, directory, Warnings(warned::add)) { user }
    val resolver = EnvironmentResolver(environment)
}

/** A private `.env.phoenix` of these lines. */
internal fun Path.withEnvFile(vararg lines: String): Path = also {
    Files.createDirectories(this)
    val file = resolve(".env.phoenix")
    Files.write(file, lines.toList())
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"))
}
