package io.github.phoenixkt.transport

import io.ktor.http.HttpMethod

/** Deletes one span, trace or session. Errors name it by [id]. */
internal fun deletionOf(collection: String, id: String, requires: Capability): ApiRequest =
    ApiRequest(
        HttpMethod.Delete,
        listOf("v1", collection, id),
        requires = requires,
        repeat = Repeat.UNTIL_GONE,
        sentIds = listOf(id),
    )
