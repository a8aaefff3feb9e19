package io.github.phoenixkt.host

import java.net.URL
import java.util.Collections
import java.util.Properties

private const val RELEASE = "io/github/phoenixkt/version.properties"
private const val STANDALONE = "META-INF/io.github.phoenix-kt/standalone"

/**
 * Refuses a class path that cannot work, before the first method that is missing there is called: a
 * `NoSuchMethodError` tells nobody which library to raise.
 *
 * Nothing here may need more than Kotlin 1.9 and the JDK have.
 */
internal object ClassPath {
    private val problem: String? by lazy {
        val loader = ClassPath::class.java.classLoader ?: ClassLoader.getSystemClassLoader()
        twice(loader) ?: floors(loader)?.let { tooOld(hostLibraries(it, loader::getResource)) }
    }

    /** @throws IllegalStateException what is wrong with the class path, and what to do */
    fun check() {
        problem?.let { throw IllegalStateException(it) }
    }

    /** Null where a build has left resources out: nothing is checked then. */
    private fun floors(loader: ClassLoader): Properties? {
        // Through the class, whose own jar comes first even where another version is in sight.
        val file = ClassPath::class.java.getResource("/$RELEASE") ?: loader.getResource(RELEASE)
        val floors = Properties().apply { file?.openStream()?.use { load(it) } }
        return floors.takeIf { it.containsKey("kotlin") }
    }
}

/**
 * A library of the host's, as far as its version can be told.
 *
 * @property least below this, calls fail
 * @property floor the oldest that we test with
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

/** Those that calls fail without; [locate] says in which jar a class file is. */
internal fun hostLibraries(floors: Properties, locate: (String) -> URL?): List<HostLibrary> {
    fun version(artifact: String, classFile: String) =
        locate(classFile)?.let { versionInJarName(artifact, it.toString()) }

    fun floor(key: String): String = checkNotNull(floors.getProperty(key))

    // 2.1 is the first with what the compiler puts into every suspend function.
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
    // Before 1.9, asking a channel twice for its next item loses one. Ktor 3.6 is built for 1.11.
    val coroutines =
        HostLibrary(
            "kotlinx-coroutines",
            version("kotlinx-coroutines-core", "kotlinx/coroutines/Job.class"),
            if (clientNeedsMore) "1.11" else "1.9",
            if (clientNeedsMore) "1.11.0" else floor("coroutines"),
            "kotlinx-coroutines-bom",
            "kotlin-coroutines.version",
        )
    // What a server of the host's holds back, when it comes without Ktor's BOM.
    val shared =
        listOfNotNull(
            version("ktor-http", "io/ktor/http/HttpMethod.class"),
            version("ktor-utils", "io/ktor/util/AttributeKey.class"),
            version("ktor-io", "io/ktor/utils/io/ByteReadChannel.class"),
        )
    val oldest = (shared + listOfNotNull(client)).sortedWith(::compareVersions).firstOrNull()
    val modern = client?.takeIf { compareVersions(it, "3.0") >= 0 }
    // Another patch release of the shared jars fits.
    val least = modern?.let { it.split('.').take(2).joinToString(".") } ?: "3.0"
    val ktor = HostLibrary("Ktor", oldest, least, modern ?: floor("ktor"), "ktor-bom")
    return listOf(kotlin, coroutines, ktor)
}

/** What is too old among [libraries] and how to mend it, in one sentence; null when nothing is. */
internal fun tooOld(libraries: List<HostLibrary>): String? {
    val old = libraries.filter { it.isTooOld }
    if (old.isEmpty()) return null
    val found = old.joinToString { "${it.name} ${it.found} (${it.floor} or newer is needed)" }
    val boms = old.joinToString(" and ") { it.bom }
    val properties = old.mapNotNull { it.springBootProperty }
    val springBoot =
        if (properties.isEmpty()) ""
        else " (with Spring Boot: by setting ${properties.joinToString(" and ")})"
    return "The class path has libraries that are too old for phoenix-kt: $found; raise them where your build names them, or by " +
        "importing a newer $boms$springBoot, or, in Java, depend on phoenix-kt-java-standalone, which brings its own."
}

/** Whether the same classes are there as they are and with Kotlin inside; null when not. */
private fun twice(loader: ClassLoader): String? {
    val standalone = loader.own(STANDALONE).map(::jarOf)
    val releases = loader.own(RELEASE).map(::jarOf)
    val thin = releases - standalone.toSet()
    if (standalone.isEmpty() || thin.isEmpty()) return null
    return "phoenix-kt is on the class path twice, in ${(standalone + thin).joinToString(" and ")}: depend either " +
        "on phoenix-kt's standalone artifacts or on the others, not on both."
}

/** What [this] finds itself: a parent's copy is another program's, or another layer's. */
private fun ClassLoader.own(resource: String): List<URL> {
    val inherited = parent?.getResources(resource)?.let { Collections.list(it) }.orEmpty()
    return Collections.list(getResources(resource)).filter { url ->
        inherited.none { it.toString() == url.toString() }
    }
}

/** The name of the jar that [resource] is in, or its folder where it is in none. */
private fun jarOf(resource: URL): String =
    Regex("([^/!]+\\.jar)!?/").findAll(resource.toString()).lastOrNull()?.groupValues?.get(1)
        ?: resource.toString().removeSuffix(RELEASE).removeSuffix(STANDALONE)

/** From names like `ktor-utils-jvm-3.3.3.jar`, wherever build tools put them. */
internal fun versionInJarName(artifact: String, resource: String): String? =
    Regex("[./!]${Regex.escape(artifact)}(?:-jvm)?-(\\d[^/!]*)\\.jar!?/")
        .find(resource)
        ?.groupValues
        ?.get(1)

/** By their numbers; a suffix counts for nothing. */
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
