package io.github.phoenixkt.transport

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.indexOfUnstorable
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requireStorable
import io.ktor.http.HttpMethod
import io.ktor.http.encodeURLParameter
import io.ktor.http.encodeURLPathPart

/** When a request may be sent again after it failed. */
internal enum class Repeat {
    /** Sending it twice has the same effect as sending it once. */
    ALWAYS,

    /** Deletes one thing. If a second attempt does not find it, the first one deleted it. */
    UNTIL_GONE,

    /** Sending it twice could create two things: repeat only if nothing reached the server. */
    BEFORE_SENT,
}

/**
 * One call of Phoenix's REST API.
 *
 * @property requires what the server must be able to do for this call
 * @property sentIds the ids of its targets, to find the missing ones in a 404
 * @property multipart whether the response is JSON in a multipart body
 * @property divisible whether the caller asks for less after a 504 instead of repeating this
 * @property onAttempt called before each attempt
 */
internal class ApiRequest(
    val method: HttpMethod,
    val segments: List<String>,
    val query: List<Pair<String, String>> = emptyList(),
    val body: ByteArray? = null,
    val requires: Capability? = null,
    val repeat: Repeat = Repeat.ALWAYS,
    val sentIds: List<String> = emptyList(),
    val multipart: Boolean = false,
    val divisible: Boolean = false,
    val onAttempt: () -> Unit = {},
) {
    init {
        segments.forEachIndexed { index, segment ->
            requireRoutable(segment, collection = segments.getOrNull(index - 1))
        }
        query.forEach { (name, value) ->
            if (value.indexOfUnstorable() >= 0) requireStorable("The value of $name", value)
        }
    }

    /** For messages: `POST /v1/span_annotations`. */
    val route: String
        get() = segments.joinToString("/", prefix = "${method.value} /") { it.forMessage() }

    /**
     * For metrics: the route without names and ids. Phoenix's paths alternate between a collection
     * and an element of it. The last segment of a POST is never an element: `POST
     * /v1/sessions/delete`.
     */
    val routeTemplate: String
        get() =
            segments
                .mapIndexed { index, segment ->
                    val literal =
                        index % 2 == 1 ||
                            index == 0 ||
                            (method == HttpMethod.Post && index == segments.lastIndex)
                    if (literal) segment else "{id}"
                }
                .joinToString("/", prefix = "${method.value} /")

    /** Path and query, to be appended to the base URL, which may have a path of its own. */
    val target: String
        get() = buildString {
            segments.forEach { append('/').append(it.encodeURLPathPart()) }
            query.forEachIndexed { index, (name, value) ->
                append(if (index == 0) '?' else '&')
                append(name).append('=').append(value.encodedForQuery())
            }
        }

    companion object {
        fun get(
            vararg segments: String,
            query: List<Pair<String, String>> = emptyList(),
            requires: Capability? = null,
            divisible: Boolean = false,
        ): ApiRequest =
            ApiRequest(
                HttpMethod.Get,
                segments.toList(),
                query,
                requires = requires,
                divisible = divisible,
            )

        fun post(
            vararg segments: String,
            body: ByteArray,
            query: List<Pair<String, String>> = emptyList(),
            requires: Capability? = null,
            repeat: Repeat = Repeat.ALWAYS,
            sentIds: List<String> = emptyList(),
            onAttempt: () -> Unit = {},
        ): ApiRequest =
            ApiRequest(
                HttpMethod.Post,
                segments.toList(),
                query,
                body,
                requires,
                repeat,
                sentIds,
                onAttempt = onAttempt,
            )

        fun put(
            vararg segments: String,
            body: ByteArray? = null,
            requires: Capability? = null,
        ): ApiRequest =
            ApiRequest(HttpMethod.Put, segments.toList(), body = body, requires = requires)

        fun delete(
            vararg segments: String,
            query: List<Pair<String, String>> = emptyList(),
            requires: Capability? = null,
            repeat: Repeat = Repeat.ALWAYS,
        ): ApiRequest =
            ApiRequest(
                HttpMethod.Delete,
                segments.toList(),
                query,
                requires = requires,
                repeat = repeat,
            )

        /**
         * Whether [segment] can be part of a path: Phoenix and HTTP clients split or drop others.
         */
        fun hasPath(segment: String): Boolean = '/' !in segment && segment != "." && segment != ".."

        /**
         * Phoenix decodes a path before it matches routes. Some names would reach no route, or the
         * wrong one.
         */
        private fun requireRoutable(segment: String, collection: String?) {
            val argument =
                when (collection) {
                    "projects" -> "project"
                    "annotation_configs" -> "config"
                    else -> "The name or id"
                }
            require(segment.presentOrNull() != null) {
                "$argument is blank: a name or an id is needed."
            }
            requireStorable(argument, segment)
            require(hasPath(segment)) {
                "Phoenix cannot be asked for \"${segment.forMessage()}\" by name: names with a slash, " +
                    "\".\" and \"..\" have no path. Use its id."
            }
        }
    }
}

/** Most values are hex ids, for which Ktor's encoder is slow. */
internal fun String.encodedForQuery(): String =
    if (all { it in 'a'..'z' || it in '0'..'9' }) this else encodeURLParameter()
