package io.github.phoenixkt.settings

import java.io.IOException
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.nio.file.Files
import java.nio.file.LinkOption.NOFOLLOW_LINKS
import java.nio.file.Path
import java.nio.file.attribute.BasicFileAttributes
import java.nio.file.attribute.PosixFileAttributes
import java.nio.file.attribute.PosixFilePermission.GROUP_READ
import java.nio.file.attribute.PosixFilePermission.GROUP_WRITE
import java.nio.file.attribute.PosixFilePermission.OTHERS_READ
import java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE
import java.nio.file.attribute.UserPrincipal

private const val NAME = ".env.phoenix"
private const val MOST_BYTES = 64 * 1024
private const val TOO_LARGE = "it is larger than 64 KiB"
private const val BYTE_ORDER_MARK = "\uFEFF"
private val LINE = Regex("""\s*(?:export\s+)?(PHOENIX_[A-Za-z0-9_]*)\s*=(.*)""")
private val OPEN_TO_OTHERS = setOf(GROUP_READ, GROUP_WRITE, OTHERS_READ, OTHERS_WRITE)

/** A `.env.phoenix` file and its values. */
internal class EnvFile(val path: Path, val values: Map<String, String>)

/**
 * Finds the nearest trusted file in [directory] or above. If the current [user] is unknown (null),
 * the owner of the file does not matter.
 */
internal fun findEnvFile(directory: Path, user: UserPrincipal?, warnings: Warnings): EnvFile? =
    generateSequence(directory.toAbsolutePath().normalize()) { it.parent }
        .map { it.resolve(NAME) }
        .filterNot { Files.notExists(it) }
        .firstNotNullOfOrNull { path ->
            try {
                EnvFile(path, parseEnvFile(readTrusted(path, user, warnings)))
            } catch (untrusted: Untrusted) {
                warnings.warn("$path is ignored: ${untrusted.message}")
                null
            } catch (unreadable: IOException) {
                warnings.warn(
                    "$path is ignored: it cannot be read (${unreadable.javaClass.simpleName})"
                )
                null
            }
        }

internal fun parseEnvFile(text: String): Map<String, String> =
    text
        .removePrefix(BYTE_ORDER_MARK)
        .lineSequence()
        .mapNotNull { LINE.matchEntire(it) }
        .map { it.groupValues[1] to unquoted(it.groupValues[2]) }
        .filter { (_, value) -> value.isNotBlank() }
        .toMap()

/** The user of this process, or null if the file system does not have users. */
internal fun currentUser(): UserPrincipal? {
    // In a container, the user may have no name, but the process always has an owner.
    val process = Path.of("/proc/self")
    return runCatching { Files.getOwner(process) }
        .recoverCatching {
            process.fileSystem.userPrincipalLookupService.lookupPrincipalByName(
                System.getProperty("user.name")
            )
        }
        .getOrNull()
}

private class Untrusted(message: String) : IOException(message)

private fun trust(condition: Boolean, reason: () -> String) {
    if (!condition) throw Untrusted(reason())
}

private fun readTrusted(path: Path, user: UserPrincipal?, warnings: Warnings): String {
    val real = path.toRealPath()
    val checked = attributes(real)
    trust(checked.isRegularFile) { "it is not a regular file" }
    trust(checked.size() <= MOST_BYTES) { TOO_LARGE }
    trust(user == null || checked !is PosixFileAttributes || checked.owner() == user) {
        "it belongs to another user"
    }
    val bytes = Files.newInputStream(real, NOFOLLOW_LINKS).use { it.readNBytes(MOST_BYTES + 1) }
    trust(bytes.size <= MOST_BYTES) { TOO_LARGE }
    // The file may have been replaced between the check and the read.
    trust(attributes(real).fileKey() == checked.fileKey()) { "it was replaced while being read" }
    val text = decoded(bytes)
    if (checked is PosixFileAttributes && checked.permissions().any { it in OPEN_TO_OTHERS }) {
        warnings.warn(
            "$path may contain a key, but other users can read or change it: run chmod 600 on it"
        )
    }
    return text
}

private fun decoded(bytes: ByteArray): String =
    try {
        Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString()
    } catch (_: CharacterCodingException) {
        throw Untrusted("it is not UTF-8 text")
    }

private fun attributes(path: Path): BasicFileAttributes {
    val isPosix = "posix" in path.fileSystem.supportedFileAttributeViews()
    val type = if (isPosix) PosixFileAttributes::class.java else BasicFileAttributes::class.java
    return Files.readAttributes(path, type, NOFOLLOW_LINKS)
}
