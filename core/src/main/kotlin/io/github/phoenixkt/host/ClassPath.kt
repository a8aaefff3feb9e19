package io.github.phoenixkt.host

import java.net.URL
import java.util.Collections
import java.util.Properties

private const val RELEASE = "io/github/phoenixkt/version.properties"
private const val STANDALONE = "META-INF/io.github.phoenix-kt/standalone"

/**
 * Refuses a class path that cannot work, before the first call of a method that is missing there. A
 * `NoSuchMethodError` would not say which library to upgrade.
 *
 * This code must work with Kotlin 1.9 and the JDK alone.
 */
internal object ClassPath {
    private val problem: String? by lazy {
        val loader = ClassPath::class.java.classLoader ?: ClassLoader.getSystemClassLoader()
        twice(loader) ?: floors(loader)?.let { tooOld(hostLibraries(it, loader::getResource)) }
    }

    /** @throws IllegalStateException if the class path cannot work. The message says what to do. */
    fun check() {
        problem?.let { throw IllegalStateException(it) }
    }

    /**
     * The oldest supported versions. Null if a build left out resources: nothing is checked then.
     */
    private fun floors(loader: ClassLoader): Properties? {
        // Through the class, because its own jar comes first even if another version is visible.
        val file = ClassPath::class.java.getResource("/$RELEASE") ?: loader.getResource(RELEASE)
        val floors = Properties().apply { file?.openStream()?.use { load(it) } }
        return floors.takeIf { it.containsKey("kotlin") }
    }
}

/**
 * A library of the host.
 *
 * @property found its version; null if that is unknown
 * @property least the oldest version that works
 * @property floor the oldest version that is tested
 */
internal class HostLibrary(
    val name: String,
    val found: String?,
    val least: String,
    val floor: String,
    val bom: String,
    val springBootProperty: String? = null,
) {
    val isTooOld: Boolean
        get() = found != null && compareVersions(found, least) < 0
}

/** The libraries that this one cannot work without; [locate] finds the jar of a class file. */
internal fun hostLibraries(floors: Properties, locate: (String) -> URL?): List<HostLibrary> {
    fun version(artifact: String, classFile: String) =
        locate(classFile)?.let { versionInJarName(artifact, it.toString()) }

    fun floor(key: String): String = checkNotNull(floors.getProperty(key))

    // The compiler puts a call into every suspend function that Kotlin 2.1 was the first to have.
    val kotlin =
        HostLibrary(
            "Kotlin",
            KotlinVersion.CURRENT.toString(),
            "2.1",
            floor("kotlin"),
            "kotlin-bom",
            "kotlin.version",
        )
    val client = version("ktor-client-core", "io/ktor/client/HttpClient.class")
    val clientNeedsMore = client != null && compareVersions(client, "3.6") >= 0
    // Before 1.9, asking a channel twice for its next item loses one. Ktor 3.6 needs 1.11.
    val coroutines =
        HostLibrary(
            "kotlinx-coroutines",
            version("kotlinx-coroutines-core", "kotlinx/coroutines/Job.class"),
            if (clientNeedsMore) "1.11" else "1.9",
            if (clientNeedsMore) "1.11.0" else floor("coroutines"),
            "kotlinx-coroutines-bom",
            "kotlin-coroutines.version",
        )
    // A Ktor server of the host may hold these back, if it is used without Ktor's BOM.
    val shared =
        listOfNotNull(
            version("ktor-http", "io/ktor/http/HttpMethod.class"),
            version("ktor-utils", "io/ktor/util/AttributeKey.class"),
            version("ktor-io", "io/ktor/utils/io/ByteReadChannel.class"),
        )
    val oldest = (shared + listOfNotNull(client)).sortedWith(::compareVersions).firstOrNull()
    val modern = client?.takeIf { compareVersions(it, "3.0") >= 0 }
    // The shared jars may be of another patch release.
    val least = modern?.let { it.split('.').take(2).joinToString(".") } ?: "3.0"
    val ktor = HostLibrary("Ktor", oldest, least, modern ?: floor("ktor"), "ktor-bom")
    return listOf(kotlin, coroutines, ktor)
}

/** A message on what is too old among [libraries] and what to do; null if nothing is. */
internal fun tooOld(libraries: List<HostLibrary>): String? {
    val old = libraries.filter { it.isTooOld }
    if (old.isEmpty()) return null
    val found = old.joinToString { "${it.name} ${it.found} (${it.floor} or newer is needed)" }
    val boms = old.joinToString(" and ") { it.bom }
    val properties = old.mapNotNull { it.springBootProperty }
    val springBoot =
        if (properties.isEmpty()) ""
        else " (with Spring Boot: by setting ${properties.joinToString(" and ")})"
    return "The class path has libraries that are too old for phoenix-kt: $found. Upgrade them in your build, or import " +
        "a newer $boms$springBoot. In Java, you can depend on phoenix-kt-java-standalone instead, which brings its own."
}

/** A message if both the standalone and the normal artifacts are there; else null. */
private fun twice(loader: ClassLoader): String? {
    val standalone = loader.own(STANDALONE).map(::jarOf)
    val releases = loader.own(RELEASE).map(::jarOf)
    val thin = releases - standalone.toSet()
    if (standalone.isEmpty() || thin.isEmpty()) return null
    return "phoenix-kt is on the class path twice, in ${(standalone + thin).joinToString(" and ")}: depend either " +
        "on phoenix-kt's standalone artifacts or on the others, not on both."
}

/** What this class loader finds itself. A parent's copy belongs to another program or layer. */
private fun ClassLoader.own(resource: String): List<URL> {
    val inherited = parent?.getResources(resource)?.let { Collections.list(it) }.orEmpty()
    return Collections.list(getResources(resource)).filter { url ->
        inherited.none { it.toString() == url.toString() }
    }
}

/** The name of the jar with [resource], or its folder if it is not in a jar. */
private fun jarOf(resource: URL): String =
    Regex("([^/!]+\\.jar)!?/").findAll(resource.toString()).lastOrNull()?.groupValues?.get(1)
        ?: resource.toString().removeSuffix(RELEASE).removeSuffix(STANDALONE)

/** The version in a file name like `ktor-utils-jvm-3.3.3.jar`, in any folder. */
internal fun versionInJarName(artifact: String, resource: String): String? =
    Regex("[./!]${Regex.escape(artifact)}(?:-jvm)?-(\\d[^/!]*)\\.jar!?/")
        .find(resource)
        ?.groupValues
        ?.get(1)

/** Compares the numbers of two versions, without suffixes. */
internal fun compareVersions(one: String, other: String): Int {
    fun numbers(version: String) =
        version.takeWhile { it.isDigit() || it == '.' }.split('.').map { it.toIntOrNull() ?: 0 }

    val left = numbers(one)
    val right = numbers(other)
    for (i in 0 until maxOf(left.size, right.size)) {
        val difference = (left.getOrNull(i) ?: 0).compareTo(right.getOrNull(i) ?: 0)
        if (difference != 0) return difference
    }
    return 0
}
