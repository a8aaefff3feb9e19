package io.github.phoenixkt.settings

import java.util.TreeMap
import java.util.function.Supplier

/** An API key that is known, or that is asked for again and again. Nothing here shows it. */
internal class ApiKey
private constructor(val source: Found, private val supplier: Supplier<String?>) {
    /** @throws IllegalArgumentException when a header cannot carry the key */
    fun current(): String? = supplier.get()?.trim()?.takeIf { it.isNotEmpty() }?.also(::check)

    private fun check(key: String) {
        require(!key.startsWith("Bearer ", ignoreCase = true)) {
            "The API key from ${source.source} begins with \"Bearer\", which is added when it is sent. Remove that word"
        }
        requireSendable(key, "The API key from ${source.source}", allowed = '!'..'~')
    }

    companion object {
        fun supplied(source: String, supplier: Supplier<String?>): ApiKey =
            ApiKey(Found("", source), supplier)

        fun constant(source: String, key: String): ApiKey = known(Found("", source), key)

        fun found(key: Found): ApiKey = known(Found("", key.source, key.file), key.value)

        private fun known(source: Found, key: String) = ApiKey(source) { key }.also { it.current() }
    }
}

/** What is sent to prove who we are; of [headers], later ones win. */
internal class Credentials(private val key: ApiKey?, private val headers: List<HeaderSet>) {
    /** Where each part came from. */
    val sources: List<Found> =
        listOfNotNull(key?.source) + headers.filter { it.values.isNotEmpty() }.map { it.source }

    fun requestHeaders(): Map<String, String> {
        val merged = TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER)
        headers.forEach { merged.putAll(it.values) }
        key?.current()?.let { merged[AUTHORIZATION] = "Bearer $it" }
        return merged
    }

    fun describe(): String = buildList {
        key?.let { add("API key set (from ${it.source.source}), masked") }
        headers
            .filter { it.values.isNotEmpty() }
            .forEach { set ->
                val authorization = if (set.hasAuthorization) ", one of them Authorization" else ""
                add(
                    "${set.values.size} header(s) set (from ${set.source.source}$authorization), masked"
                )
            }
    }
        .joinToString("; ")
        .ifEmpty { "none" }
}
