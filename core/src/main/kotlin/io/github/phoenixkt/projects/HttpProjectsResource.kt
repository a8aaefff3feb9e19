package io.github.phoenixkt.projects

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.internal.decodeGlobalId
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.requirePresent
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
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

internal class HttpProjectsResource(private val transport: Transport) : ProjectsResource {
    override fun list(nameContains: String?): Flow<Project> =
        pagesAsFlow(PageSizes(transport, PAGE_SIZE)) { cursor, page ->
            page(nameContains, cursor, page)
        }

    override suspend fun listPage(
        nameContains: String?,
        cursor: String?,
        limit: Int,
    ): Page<Project> = page(nameContains, cursor, PageRequest(limit))

    private suspend fun page(
        nameContains: String?,
        cursor: String?,
        page: PageRequest,
    ): Page<Project> {
        requirePageSize(page.limit)
        if (nameContains != null) transport.require(Capability.PROJECTS_BY_NAME_PART)
        val query =
            listOfNotNull(
                nameContains?.let { "name_contains" to it },
                cursor?.let { "cursor" to it },
                "limit" to "${page.limit}",
            )
        val request =
            ApiRequest.get(
                "v1",
                "projects",
                query = query,
                requires = Capability.PROJECTS,
                divisible = page.divisible,
            )
        val answer = page.send(transport, request).decode(ProjectPage.serializer())
        return Page(answer.data.map { it.toProject() }, answer.nextCursor)
    }

    override suspend fun get(project: String): Project = get(transport, project)

    private suspend fun get(call: Transport, project: String): Project =
        call
            .send(ApiRequest.get("v1", "projects", project, requires = Capability.PROJECTS))
            .decode(ProjectBody.serializer())
            .data
            .toProject()

    override suspend fun create(name: String, description: String?): Project {
        val trimmed = newName(name)
        requireStorable(DESCRIPTION, description)
        val call = transport.forOneCall()
        findFirst(call, trimmed)?.let {
            throw PhoenixException.Conflict(
                "The project \"${trimmed.forMessage()}\" already exists (id ${it.id}). Use ensure to get it.",
                409,
            )
        }
        return createOrFind(call, trimmed, description)
    }

    override suspend fun ensure(name: String, description: String?): Project {
        val trimmed = newName(name)
        requireStorable(DESCRIPTION, description)
        val call = transport.forOneCall()
        return findFirst(call, trimmed) ?: createOrFind(call, trimmed, description)
    }

    override suspend fun update(project: String, description: String): Project {
        requireStorable(DESCRIPTION, description)
        val body = JsonBody.encode(buildJsonObject { put("description", description) })
        return transport
            .send(
                ApiRequest.put(
                    "v1",
                    "projects",
                    project,
                    body = body,
                    requires = Capability.PROJECTS,
                )
            )
            .decode(ProjectBody.serializer())
            .data
            .toProject()
    }

    override suspend fun delete(project: String) {
        transport.send(
            ApiRequest.delete(
                "v1",
                "projects",
                project,
                requires = Capability.PROJECTS,
                repeat = Repeat.UNTIL_GONE,
            )
        )
    }

    /** The trimmed [name], by which the project can be found again. */
    private fun newName(name: String): String {
        val trimmed = requirePresent("The name of the project", name)
        require(ApiRequest.hasPath(trimmed)) {
            "A project \"${trimmed.forMessage()}\" could not be found by its name: a slash, \".\" and \"..\" " +
                "cannot be in a path. Choose another name."
        }
        val id = decodeGlobalId(trimmed)
        require(id == null) {
            "Phoenix would take the project name \"${trimmed.forMessage()}\" for its own id " +
                "${id?.forMessage()}. Choose another name."
        }
        return trimmed
    }

    private suspend fun findFirst(call: Transport, name: String): Project? =
        lookUpFirst("the project is looked for by its name") { find(call, name) }

    private suspend fun find(call: Transport, name: String): Project? =
        try {
            get(call, name)
        } catch (_: PhoenixException.NotFound) {
            null
        }

    /**
     * Creating is not repeated, because Phoenix answers a taken name with 500. Instead, the project
     * is looked up. If someone else has created it in the meantime, theirs is taken.
     */
    private suspend fun createOrFind(call: Transport, name: String, description: String?): Project {
        val body = buildJsonObject {
            put("name", name)
            if (description != null) put("description", description)
        }
        val request =
            ApiRequest.post(
                "v1",
                "projects",
                body = JsonBody.encode(body),
                requires = Capability.PROJECTS,
                repeat = Repeat.BEFORE_SENT,
            )
        return createOrLookUp(
            call,
            create = {
                call.send(request).decode(ProjectBody.serializer()).data.toProject()
            },
            find = { find(call, name) },
        )
    }

    private companion object {
        const val PAGE_SIZE = 100
        const val DESCRIPTION = "The description of the project"
    }
}
