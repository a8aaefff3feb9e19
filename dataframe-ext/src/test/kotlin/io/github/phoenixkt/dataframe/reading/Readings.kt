package io.github.phoenixkt.dataframe.reading

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.PhoenixSettings
import io.github.phoenixkt.dataframe.clientOf
import io.github.phoenixkt.java.PhoenixBlockingClient
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

const val PAGE: Int = 1_000

/** Those of both languages, of one project of a server. */
open class Clients(val endpoint: String, projectName: String) : AutoCloseable {
    val kotlin: PhoenixClient = clientOf(endpoint, projectName)
    val java: PhoenixBlockingClient =
        PhoenixBlockingClient.create(
            PhoenixSettings.builder()
                .environment(PhoenixEnvironment.empty())
                .endpoint(endpoint)
                .project(projectName)
                .build()
        )

    override fun close() {
        kotlin.close()
        java.close()
    }
}

/** How a project is read item by item; the reader calls back at each of them. */
class Reading(
    val name: String,
    val page: suspend Clients.() -> Page<*>,
    val read: suspend Clients.(onItem: (Any) -> Unit) -> Unit,
)

val READINGS: List<Reading> =
    listOf(
        Reading("flow of getSpans", { kotlin.spans.getSpansPage(limit = PAGE) }) { onItem ->
            kotlin.spans.getSpans().collect { onItem(it) }
        },
        Reading("Java stream of getSpans", { kotlin.spans.getSpansPage(limit = PAGE) }) { onItem ->
            withContext(Dispatchers.IO) { java.spans().getSpans().use { it.forEach(onItem) } }
        },
        Reading("flow of querySpans", { kotlin.spans.querySpansPage(limit = PAGE) }) { onItem ->
            kotlin.spans.querySpans().collect { onItem(it) }
        },
    )
