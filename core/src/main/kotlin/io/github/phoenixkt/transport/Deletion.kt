package io.github.phoenixkt.transport

import io.ktor.http.HttpMethod

/** The deletion of one span, trace or session, which an error names by [id]. */
internal fun deletionOf(collection: String, id: String, requires: Capability): ApiRequest =
    ApiRequest(
        HttpMethod.Delete,
        listOf("v1", collection, id),
        requires = requires,
        repeat = Repeat.UNTIL_GONE,
        sentIds = listOf(id),
    )
