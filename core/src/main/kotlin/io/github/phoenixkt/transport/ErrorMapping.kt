package io.github.phoenixkt.transport

import io.github.phoenixkt.FieldError
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.IdForm
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.lowerCaseHint
import kotlinx.serialization.Serializable
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull

private const val LONGEST_QUOTE = 300
private const val SHORTEST_SECRET = 8
private const val SHORTEST_PASSWORD = 3

/** The key of the proxy's password among the headers. */
internal const val PROXY_PASSWORD = "proxy password"
private val HEX_ID = Regex("\\b(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{16})\\b")

/**
 * Turns failed requests into errors. The values of [headers] must not appear in a message, even if
 * the server or a proxy repeats them.
 *
 * @param knowsPhoenix whether a response of this server had Phoenix's version header. If so,
 *   responses without it come from something in between
 */
internal class ErrorMapping(
    private val headers: Map<String, String>,
    private val endpoint: String = "",
    private val knowsPhoenix: () -> Boolean = { false },
) {
    // Not made in advance: most attempts need none of these.
    private val endpointHint
        get() =
            "Check the endpoint $endpoint: it is the base URL of Phoenix with any path that its proxy expects, without /v1. " +
                "A login page or a server that is too old also responds like this."

    private val routeHint
        get() =
            "Check the endpoint $endpoint: it is the base URL of Phoenix, without /v1 or the path of a page. " +
                "A server that is too old also responds like this."

    private val between
        get() =
            if (knowsPhoenix())
                "A proxy or firewall between this client and Phoenix sent this response: ask its operator, or check the endpoint " +
                    "$endpoint."
            else
                "Another server, or a proxy or firewall in front of Phoenix, sent this response: check the endpoint $endpoint, " +
                    "or ask its operator."

    private val sentHeaders
        get() = headers.keys.map { it.lowercase() }

    private val secrets by lazy {
        headers
            .flatMap { (name, value) ->
                val shortest = if (name == PROXY_PASSWORD) SHORTEST_PASSWORD else SHORTEST_SECRET
                listOf(value, value.substringAfter(' ')).filter { it.length >= shortest }
            }
            .sortedByDescending { it.length }
    }

    fun errorFor(request: ApiRequest, response: ApiResponse, attempts: Int): PhoenixException {
        val status = response.status
        val message = { what: String, todo: String ->
            message(request, response, attempts, what, todo)
        }
        foreign(response, message)?.let {
            return it
        }
        return when (status) {
            in 200..299 -> notJson(request, response)
            400,
            422 -> rejected(response, message)
            401 -> PhoenixException.Unauthorized(message(keyProblem(), keyHint()))
            403 -> PhoenixException.Forbidden(message("the server does not allow this", ROLE_HINT))
            404 -> notFound(request, response, message)
            405 ->
                PhoenixException.UnexpectedResponse(
                    message("there is no such route", routeHint),
                    status,
                )
            408 ->
                PhoenixException.Timeout(
                    message("the server stopped waiting for the request", "Try again."),
                    status,
                    ofServer = true,
                )
            409 ->
                PhoenixException.Conflict(
                    message("the name is taken or reserved", "Choose another."),
                    status,
                )
            413 ->
                PhoenixException.Rejected(
                    message("the request is too large", "Send fewer rows at once."),
                    status,
                    emptyList(),
                )
            429 ->
                PhoenixException.RateLimited(
                    message("too many requests", "Send more slowly.${waitHint(response)}"),
                    response.retryAfter,
                )
            507 ->
                PhoenixException.StorageFull(
                    message("Phoenix has run out of storage", STORAGE_HINT)
                )
            in 500..599 ->
                PhoenixException.ServerError(
                    message("the server failed", logHint(response) + waitHint(response)),
                    status,
                    response.fromPhoenix,
                    response.retryAfter,
                )
            else -> {
                val what = redirect(response) ?: "Phoenix never responds like this"
                PhoenixException.UnexpectedResponse(message(what, endpointHint), status)
            }
        }
    }

    /** The error for a response that did not come from Phoenix; null if it did. */
    private fun foreign(
        response: ApiResponse,
        message: (String, String) -> String,
    ): PhoenixException? {
        val answer = response.text
        return when {
            response.status in 200..399 -> null
            response.status == PROXY_AUTHENTICATION ->
                unexpected(
                    message("a proxy requires authentication", PROXY_HINT),
                    response,
                    false,
                )
            !response.fromPhoenix && PLAIN_TO_TLS.containsMatchIn(answer.take(LONGEST_SEARCHED)) ->
                unexpected(message("the server speaks TLS at this port", TLS_HINT), response, false)
            (response.isJson || answer.startsWith("{")) && response.isTooDeep ->
                unexpected(
                    message(
                        "the response is nested too deeply to be read",
                        if (response.fromPhoenix) "" else between,
                    ),
                    response,
                )
            response.isPhoenixs() -> null
            else ->
                unexpected(
                    message("the response is not from Phoenix", between + asked(response)),
                    response,
                )
        }
    }

    private fun unexpected(message: String, response: ApiResponse, mayHaveArrived: Boolean = true) =
        PhoenixException.UnexpectedResponse(
            message,
            response.status,
            mayHaveArrived = mayHaveArrived,
        )

    /**
     * Whether this may be Phoenix's response, or one that means the same from a proxy. Phoenix's
     * 500 and the 400 of its HTTP parser have no version header.
     */
    private fun ApiResponse.isPhoenixs(): Boolean =
        when {
            fromPhoenix || status in STATUSES_OF_PROXIES -> true
            status == NOT_IMPLEMENTED || status == HTTP_VERSION -> false
            isHtml -> false
            status == 500 && text.trim() == "Internal Server Error" -> true
            status == 400 && text.trim() == "Invalid HTTP request received." -> true
            challenge != null && !challenge.startsWith("Bearer", ignoreCase = true) -> false
            else -> !knowsPhoenix()
        }

    private fun asked(response: ApiResponse): String =
        response.challenge
            ?.let { " It requires ${clean(it.substringBefore(' '))} credentials." }
            .orEmpty()

    private fun message(
        request: ApiRequest,
        response: ApiResponse,
        attempts: Int,
        what: String,
        todo: String,
    ): String {
        val times = if (attempts > 1) " after $attempts attempts" else ""
        return "${request.route} failed with ${response.status}$times: $what.${quote(response)} $todo"
            .trimEnd()
    }

    /** Phoenix names its version in its responses; only its uncaught 500 has no header. */
    private fun logHint(response: ApiResponse): String =
        if (response.fromPhoenix || response.status == 500) "Its log says why."
        else
            "This response may be from a proxy or from another server. " +
                "Check the endpoint $endpoint, and the logs of Phoenix and of the proxy."

    /** A server of another protocol, such as Phoenix's own for gRPC, just ends the connection. */
    fun brokenHint(): String =
        if (knowsPhoenix()) ""
        else
            " Check that $endpoint is Phoenix's HTTP port (6006 by default), and not its gRPC port (4317)."

    private fun waitHint(response: ApiResponse): String =
        response.retryAfter?.let { " The response asks you to wait ${it.toSeconds()} s." }.orEmpty()

    /**
     * A 2xx that is not Phoenix's JSON. Usually it is a login page, a proxy's page or the web UI.
     */
    private fun notJson(request: ApiRequest, response: ApiResponse): PhoenixException =
        PhoenixException.UnexpectedResponse(
            "The response to ${request.route} is ${response.status} with ${kindOf(response)} instead of JSON.${quote(response)} " +
                endpointHint,
            response.status,
        )

    private fun rejected(
        response: ApiResponse,
        message: (String, String) -> String,
    ): PhoenixException {
        spansRejected(response, message)?.let {
            return it
        }
        val fields = fieldErrors(response)
        val what =
            if (fields.isEmpty()) "the server refused the request"
            else "the server refused ${shown(fields)}"
        return PhoenixException.Rejected(
            message(what, "Correct the request: the same request will be rejected again."),
            response.status,
            fields,
        )
    }

    private fun shown(fields: List<FieldError>): String {
        val more = if (fields.size > MOST_FIELDS) " and ${fields.size - MOST_FIELDS} more" else ""
        return fields.take(MOST_FIELDS).joinToString("; ") + more
    }

    /** Phoenix lists refused spans as JSON in a `text/plain` response. */
    private fun spansRejected(
        response: ApiResponse,
        message: (String, String) -> String,
    ): PhoenixException? {
        if (response.status != 400 || !response.text.startsWith("{")) return null
        val body =
            try {
                ServerJson.decodeFromString(RefusedSpans.serializer(), response.text)
            } catch (_: SerializationException) {
                return null
            }
        val duplicates = body.duplicate_spans.map { it.span_id }
        val invalid = body.invalid_spans.associate { it.span_id to clean(it.error.orEmpty()) }
        val what =
            "${duplicates.size} spans already exist${examples(duplicates)} and ${invalid.size} are invalid" +
                "${examples(invalid.keys)}; no span of the request was stored"
        return PhoenixException.SpansRejected(
            message(what, "Send the request again without these spans."),
            response.status,
            duplicates,
            invalid,
        )
    }

    private fun examples(ids: Collection<String>): String =
        if (ids.isEmpty()) "" else " (${describe(ids.toList())})"

    private fun notFound(
        request: ApiRequest,
        response: ApiResponse,
        message: (String, String) -> String,
    ): PhoenixException {
        // A proxy's 404 is about the address, not about the ids in the request.
        if (!response.fromPhoenix) {
            val what = "no Phoenix was found at this address"
            return PhoenixException.UnexpectedResponse(
                message(what, endpointHint),
                response.status,
            )
        }
        val missing = missingIds(request.sentIds.distinct(), response.text)
        val hint =
            idHint(request, missing)?.let { "$it." }
                ?: when {
                    request.sentIds.isEmpty() -> "Check the name or id."
                    request.query.any { (name, _) -> name == "sync" } ->
                        "It may not have arrived yet. Without sync, Phoenix accepts an annotation before its target."
                    else -> "It may not have arrived yet."
                }
        return PhoenixException.NotFound(
            message("the server does not know ${describe(missing)}", hint),
            missing,
        )
    }

    /** Other routes also take ids of Phoenix's own. */
    private fun idHint(request: ApiRequest, missing: List<String>): String? {
        val collection = request.segments.getOrElse(1) { "" }
        return if ('_' in collection) IdForm.ofRoute(collection)?.hint(missing)
        else lowerCaseHint(missing)
    }

    /**
     * The text of a 404 counts only if it is unambiguous: it quotes a whole hex id, or only one id
     * was sent.
     */
    private fun missingIds(sent: List<String>, text: String): List<String> =
        if (sent.size == 1) sent
        else
            HEX_ID.findAll(text).map { it.value }.filter(sent.toSet()::contains).distinct().toList()

    private fun describe(missing: List<String>): String =
        when {
            missing.isEmpty() -> "what the request names"
            missing.size <= 3 -> missing.forMessage()
            else -> missing.take(3).forMessage() + " and ${missing.size - 3} more"
        }

    private fun keyProblem(): String =
        if ("authorization" in sentHeaders) "the server did not accept the API key"
        else "the server requires an API key"

    private fun keyHint(): String =
        when {
            "authorization" in sentHeaders -> "Check that the key is right and has not expired."
            "api_key" in sentHeaders ->
                "Only an api_key header was sent, which Phoenix does not read: set PHOENIX_API_KEY."
            else -> "No key was sent: set PHOENIX_API_KEY, or apiKey in the settings."
        }

    /** The part of a response that is meant for people: a sentence, or the title of a page. */
    private fun quote(response: ApiResponse): String {
        response.encodingProblem?.let {
            return " The response $it."
        }
        if (response.isHtml) {
            val title = TITLE.find(response.text.take(LONGEST_SEARCHED))?.groupValues?.get(1)
            val shown = title?.replace(Regex("\\s+"), " ")?.let(::clean).orEmpty()
            return if (shown.isEmpty()) "" else " The page says: \"$shown\"."
        }
        val said = clean(sentence(response).orEmpty())
        return if (said.isEmpty()) "" else " The server said: \"$said\"."
    }

    /** Not the JSON of refused spans, and nothing of a success. */
    private fun sentence(response: ApiResponse): String? =
        when {
            response.status in 200..299 -> null
            response.isJson ->
                SENTENCES.firstNotNullOfOrNull { name ->
                    (jsonObject(response)?.get(name) as? JsonPrimitive)?.contentOrNull
                }
            response.contentType?.startsWith("text/plain") != true -> null
            response.text.startsWith("{") -> null
            else -> response.text
        }

    /** An engine's message about a broken connection. It may quote what the server sent. */
    fun describe(cause: Throwable): String =
        cause.javaClass.simpleName + cause.message?.let { ": ${clean(it)}" }.orEmpty()

    fun tellSecrets(causes: List<Throwable>): Boolean = causes.any { cause ->
        secrets.any { it in cause.message.orEmpty() }
    }

    /** Without secrets, on one line, and of bounded length. */
    fun clean(text: String): String {
        val masked = secrets.fold(text) { result, secret -> result.replace(secret, "****") }
        return masked.trim().replace(LINE_END, " ").forMessage(LONGEST_QUOTE)
    }

    /** Place and reason, but not `input`, which echoes what was sent. */
    private fun fieldErrors(response: ApiResponse): List<FieldError> {
        val details = jsonObject(response)?.get("detail") as? JsonArray
        return details.orEmpty().filterIsInstance<JsonObject>().map { detail ->
            val path =
                (detail["loc"] as? JsonArray).orEmpty().drop(1).joinToString(".") {
                    (it as? JsonPrimitive)?.content.orEmpty()
                }
            FieldError(clean(path), clean((detail["msg"] as? JsonPrimitive)?.content.orEmpty()))
        }
    }

    private fun jsonObject(response: ApiResponse): JsonObject? =
        try {
            if (response.isJson && !response.isTooDeep)
                ServerJson.parseToJsonElement(response.text) as? JsonObject
            else null
        } catch (_: SerializationException) {
            null
        }

    private fun redirect(response: ApiResponse): String? {
        if (response.status !in 300..399) return null
        val target = response.location?.substringBefore('?')?.substringAfterLast('@')?.let(::clean)
        return "a redirect" + target?.let { " to $it" }.orEmpty()
    }

    private fun kindOf(response: ApiResponse): String =
        when {
            response.contentType == null -> "no content type"
            response.isHtml -> "an HTML page"
            else -> clean(response.contentType.substringBefore(';'))
        }

    private companion object {
        const val MOST_FIELDS = 5
        val LINE_END = Regex("\\R")
        const val LONGEST_SEARCHED = 10_000
        const val PROXY_AUTHENTICATION = 407
        const val NOT_IMPLEMENTED = 501
        const val HTTP_VERSION = 505
        /** These mean the same from Phoenix and from a proxy. */
        val STATUSES_OF_PROXIES = setOf(408, 413, 429, 502, 503, 504, 507)
        val SENTENCES = listOf("detail", "message", "error", "error_description")
        val TITLE =
            Regex(
                "<(?:title|h1)[^>]*>(.*?)</(?:title|h1)",
                setOf(RegexOption.IGNORE_CASE, RegexOption.DOT_MATCHES_ALL),
            )
        /** The texts of nginx, Apache and Go. */
        val PLAIN_TO_TLS =
            Regex(
                "plain HTTP to an SSL|HTTP request (?:was sent )?to (?:an? )?(?:HTTPS|SSL|TLS)",
                RegexOption.IGNORE_CASE,
            )
        const val PROXY_HINT =
            "The proxy did not forward the request. Set proxyCredentials in the settings, or check them."
        const val TLS_HINT = "The request was not processed. Write the endpoint with https://."
        const val ROLE_HINT =
            "Check the key: viewers can only read, some calls are for admins, and a read-only server rejects all calls."
        const val STORAGE_HINT = "Free or add storage. Reads and deletes still work."
    }
}

@Serializable
@Suppress("PropertyName", "ConstructorParameterNaming")
private class RefusedSpans(
    val total_received: Int,
    val duplicate_spans: List<RefusedSpan> = emptyList(),
    val invalid_spans: List<RefusedSpan> = emptyList(),
)

@Serializable
@Suppress("PropertyName", "ConstructorParameterNaming")
private class RefusedSpan(val span_id: String, val error: String? = null)
