package io.github.phoenixkt.settings

import java.util.TreeMap
import java.util.function.Supplier
import kotlin.coroutines.cancellation.CancellationException

/** An API key that is fixed, or that a supplier returns for each request. Nothing here shows it. */
internal class ApiKey
private constructor(val source: Source, private val supplier: Supplier<String?>) {
    /** @throws IllegalArgumentException if a header cannot carry the key */
    fun current(): String? = supplied()?.trim()?.takeIf { it.isNotEmpty() }?.also(::check)

    /** A job of the supplier that was cancelled must not pass for a cancellation of the caller. */
    private fun supplied(): String? =
        try {
            supplier.get()
        } catch (e: CancellationException) {
            throw noKey("cancelled", e)
        } catch (e: InterruptedException) {
            // Not set again: the coroutine that runs on this thread would end without its report.
            throw noKey("interrupted", e)
        } catch (e: VirtualMachineError) {
            throw e
        } catch (@Suppress("TooGenericExceptionCaught") e: Error) {
            // It may be over with the next call, and must not end a queue for good.
            throw noKey("ended by ${e.javaClass.name}", e)
        }

    private fun noKey(what: String, cause: Throwable) =
        IllegalStateException("There is no API key: $source was $what.", cause)

    private fun check(key: String) {
        require(!key.startsWith("Bearer ", ignoreCase = true)) {
            "The API key from $source starts with \"Bearer\". Remove that word: the client adds it"
        }
        requireSendable(key, "The API key from $source", allowed = '!'..'~')
    }

    companion object {
        fun supplied(source: String, supplier: Supplier<String?>): ApiKey =
            ApiKey(Source(source), supplier)

        /** @throws IllegalArgumentException if a header cannot carry the key */
        fun known(key: Found): ApiKey = ApiKey(key.source) { key.value }.also { it.current() }
    }
}

/** The headers that authenticate the client. Of [headers], later ones take precedence. */
internal class Credentials(private val key: ApiKey?, private val headers: List<HeaderSet>) {
    /** Where each part came from. */
    val sources: List<Source> =
        listOfNotNull(key?.source) + headers.filter { it.values.isNotEmpty() }.map { it.source }

    /** @throws IllegalArgumentException if a supplied key or a header of the call cannot be sent */
    fun requestHeaders(ofCall: Map<String, String>): Map<String, String> {
        val merged = TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER)
        headers.forEach { merged.putAll(it.values) }
        key?.current()?.let { merged[AUTHORIZATION] = "Bearer $it" }
        merged.putAll(HeaderSet.explicit(ofCall, Source("the headers of this call")).values)
        return merged
    }

    fun describe(): String {
        val authorization = key?.source ?: headers.lastOrNull { it.hasAuthorization }?.source
        val others =
            headers
                .filter { it.others > 0 }
                .map { "${it.others} extra header(s) set (from ${it.source}), masked" }
        return listOfNotNull(authorization?.let { "$AUTHORIZATION set (from $it), masked" })
            .plus(others)
            .joinToString("; ")
            .ifEmpty { "none" }
    }
}
