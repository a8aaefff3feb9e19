package io.github.phoenixkt.configs

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import io.github.phoenixkt.internal.allOrNothing
import io.github.phoenixkt.internal.decodeGlobalId
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requireStorable
import io.github.phoenixkt.transport.ApiRequest
import io.github.phoenixkt.transport.Capability
import io.github.phoenixkt.transport.JsonBody
import io.github.phoenixkt.transport.PageRequest
import io.github.phoenixkt.transport.PageSizes
import io.github.phoenixkt.transport.Repeat
import io.github.phoenixkt.transport.Transport
import io.github.phoenixkt.transport.createOrLookUp
import io.github.phoenixkt.transport.lookUpFirst
import io.github.phoenixkt.transport.pagesAsFlow
import io.github.phoenixkt.transport.requirePageSize
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.firstOrNull
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.putJsonArray

internal class HttpAnnotationConfigsResource(private val transport: Transport) :
    AnnotationConfigsResource {
    override fun list(project: String?): Flow<StoredAnnotationConfig> =
        pagesAsFlow(PageSizes(transport, PAGE_SIZE)) { cursor, page ->
            page(project, cursor, page)
        }

    override suspend fun listPage(
        project: String?,
        cursor: String?,
        limit: Int,
    ): Page<StoredAnnotationConfig> = page(project, cursor, PageRequest(limit))

    private suspend fun page(
        project: String?,
        cursor: String?,
        page: PageRequest,
    ): Page<StoredAnnotationConfig> {
        requirePageSize(page.limit)
        val query = listOfNotNull(cursor?.let { "cursor" to it }, "limit" to "${page.limit}")
        val request =
            if (project == null)
                ApiRequest.get(
                    "v1",
                    PATH,
                    query = query,
                    requires = Capability.ANNOTATION_CONFIGS,
                    divisible = page.divisible,
                )
            else
                ApiRequest.get(
                    "v1",
                    "projects",
                    project,
                    PATH,
                    query = query,
                    requires = Capability.CONFIG_ASSIGNMENT,
                    divisible = page.divisible,
                )
        return page.send(transport, request).decode(ConfigPage.serializer()) { answer ->
            Page(answer.data.map { it.toStored() }, answer.nextCursor)
        }
    }

    override suspend fun get(config: String): StoredAnnotationConfig =
        readBody(ApiRequest.get("v1", PATH, config, requires = Capability.ANNOTATION_CONFIGS))

    override suspend fun create(config: AnnotationConfig): StoredAnnotationConfig = inOneCall {
        createInTime(config)
    }

    private suspend fun createInTime(config: AnnotationConfig): StoredAnnotationConfig {
        requireWritable(config)
        requireBoundsKnown(config)
        val body = JsonBody.encode(config.toJson())
        val request =
            ApiRequest.post(
                "v1",
                PATH,
                body = body,
                requires = Capability.ANNOTATION_CONFIGS,
                repeat = Repeat.BEFORE_SENT,
            )
        return createOrLookUp(
            transport,
            create = { readBody(request) },
            find = { find(config.name.trimmed())?.takeIf { it.config.isSameAs(config) } },
        )
    }

    override suspend fun update(
        config: String,
        replacement: AnnotationConfig,
    ): StoredAnnotationConfig = inOneCall { updateInTime(config, replacement) }

    private suspend fun updateInTime(
        config: String,
        replacement: AnnotationConfig,
    ): StoredAnnotationConfig {
        requireWritable(replacement)
        requireBoundsKnown(replacement)
        val body = JsonBody.encode(replacement.toJson())
        return readBody(
            ApiRequest.put(
                "v1",
                PATH,
                idOf(config),
                body = body,
                requires = Capability.ANNOTATION_CONFIGS,
            )
        )
    }

    override suspend fun delete(config: String): Unit = inOneCall { deleteInTime(config) }

    private suspend fun deleteInTime(config: String) {
        val id = idOf(config)
        transport.send(
            ApiRequest.delete(
                "v1",
                PATH,
                id,
                requires = Capability.ANNOTATION_CONFIGS,
                repeat = Repeat.UNTIL_GONE,
            )
        )
    }

    override suspend fun assign(project: String, config: String): StoredAnnotationConfig =
        readBody(
            ApiRequest.put(
                "v1",
                "projects",
                project,
                PATH,
                config,
                requires = Capability.CONFIG_ASSIGNMENT,
            )
        )

    override suspend fun unassign(project: String, config: String) {
        transport.send(
            ApiRequest.delete(
                "v1",
                "projects",
                project,
                PATH,
                config,
                requires = Capability.CONFIG_ASSIGNMENT,
            )
        )
    }

    override suspend fun replace(
        project: String,
        configs: Collection<String>,
    ): List<StoredAnnotationConfig> = inOneCall { replaceInTime(project, configs) }

    private suspend fun replaceInTime(
        project: String,
        configs: Collection<String>,
    ): List<StoredAnnotationConfig> {
        // Checked here, because the look-ups of the configs come before the request that names the
        // project.
        requireStorable("project", project)
        val ids = configs.map { idOf(it) }
        val body = buildJsonObject {
            putJsonArray("annotation_config_ids") { ids.forEach { add(JsonPrimitive(it)) } }
        }
        val request =
            ApiRequest.put(
                "v1",
                "projects",
                project,
                PATH,
                body = JsonBody.encode(body),
                requires = Capability.CONFIG_ASSIGNMENT,
            )
        return transport.send(request).decode(ConfigPage.serializer()) { page ->
            page.data.map { it.toStored() }
        }
    }

    override suspend fun check(annotation: AnnotationData): AnnotationCheck =
        get(
                requireNotNull(annotation.name.presentOrNull()) {
                    "The annotation has no name, so there is no config to check it against."
                }
            )
            .config
            .check(annotation)

    /** Gives all requests of [write] the time limit of one call together. */
    private suspend fun <T> inOneCall(write: suspend HttpAnnotationConfigsResource.() -> T): T =
        HttpAnnotationConfigsResource(transport.forOneCall()).write()

    private suspend fun readBody(request: ApiRequest): StoredAnnotationConfig =
        transport.send(request).decode(ConfigBody.serializer()) { it.data.toStored() }

    private suspend fun find(name: String): StoredAnnotationConfig? =
        try {
            // A name with a slash does not fit into a path.
            if (ApiRequest.hasPath(name)) get(name)
            else allOrNothing { list().firstOrNull { it.name == name } }
        } catch (_: PhoenixException.NotFound) {
            null
        }

    private fun String.trimmed() = presentOrNull().orEmpty()

    /** Updates and deletes take only ids, so a name is looked up first. */
    private suspend fun idOf(config: String): String {
        val isId = decodeGlobalId(config)?.contains("AnnotationConfig:") == true
        return if (isId) config
        else lookUpFirst("the config is looked up for its id") { get(config).id }
    }

    private suspend fun requireBoundsKnown(config: AnnotationConfig) {
        val bounded = config is FreeformAnnotationConfig && config.hasNumbers()
        if (bounded) transport.require(Capability.FREEFORM_BOUNDS)
    }

    private fun AnnotationConfig.isSameAs(other: AnnotationConfig) =
        this !is UnknownAnnotationConfig && toJson() == other.toJson()

    private fun FreeformAnnotationConfig.hasNumbers() =
        optimizationDirection != null ||
            threshold != null ||
            lowerBound != null ||
            upperBound != null

    private companion object {
        const val PATH = "annotation_configs"
        const val PAGE_SIZE = 100
    }
}
