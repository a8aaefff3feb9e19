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
import io.github.phoenixkt.transport.createOrSettle
import io.github.phoenixkt.transport.lookUpFirst
import io.github.phoenixkt.transport.pagesAsFlow
import io.github.phoenixkt.transport.requirePageSize
import kotlinx.coroutines.flow.Flow
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/**
 * Projects. Phoenix makes a project by itself when a span names it; creating one is for having it
 * before.
 *
 * Every function may throw a [PhoenixException]. A project is named by its id or by its exact name;
 * a name with a slash only by its id.
 */
public class ProjectsResource internal constructor(private val transport: Transport) {
    /**
     * All projects, newest first.
     *
     * @param nameContains only those whose name has this in it, in any case; since Phoenix 17.16
     */
    public fun list(nameContains: String? = null): Flow<Project> =
        pagesAsFlow(PageSizes(transport, PAGE_SIZE)) { cursor, page ->
            page(nameContains, cursor, page)
        }

    /** One page of [list]; [limit] is the size of the page. */
    public suspend fun listPage(
        nameContains: String? = null,
        cursor: String? = null,
        limit: Int = PAGE_SIZE,
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

    /**
     * The project of that id or name.
     *
     * @throws PhoenixException.NotFound when there is none
     */
    public suspend fun get(project: String): Project = get(transport, project)

    private suspend fun get(call: Transport, project: String): Project =
        call
            .send(ApiRequest.get("v1", "projects", project, requires = Capability.PROJECTS))
            .decode(ProjectBody.serializer())
            .data
            .toProject()

    /**
     * Makes a project. Its name is trimmed.
     *
     * When somebody else makes one of that name at the same moment, theirs is returned, with their
     * description: Phoenix answers to a taken name as it does to a failure of its own.
     *
     * @throws PhoenixException.Conflict when there is one of that name; [ensure] takes it instead
     * @throws IllegalArgumentException when the name is blank, could never be reached in a path
     *   (`a/b`), or holds what Phoenix cannot store
     */
    public suspend fun create(name: String, description: String? = null): Project {
        val trimmed = newName(name)
        requireStorable(DESCRIPTION, description)
        val call = transport.forOneCall()
        findFirst(call, trimmed)?.let {
            throw PhoenixException.Conflict(
                "There is a project \"${trimmed.forMessage()}\" already (id ${it.id}). Use ensure to take it as it is.",
                409,
            )
        }
        return createOrFind(call, trimmed, description)
    }

    /**
     * The project of that name, made if there is none. The [description] is for a new one; an old
     * one keeps its own. Names are held to the same rules as in [create].
     */
    public suspend fun ensure(name: String, description: String? = null): Project {
        val trimmed = newName(name)
        requireStorable(DESCRIPTION, description)
        val call = transport.forOneCall()
        return findFirst(call, trimmed) ?: createOrFind(call, trimmed, description)
    }

    /** Changes the description; a name cannot be changed. Admins only. */
    public suspend fun update(project: String, description: String): Project {
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

    /**
     * Deletes a project with all its traces and annotations. Admins only; `default` cannot be
     * deleted.
     */
    public suspend fun delete(project: String) {
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

    /** A name by which the project can be found again. */
    private fun newName(name: String): String {
        val trimmed = requirePresent("The name of the project", name)
        require(ApiRequest.hasPath(trimmed)) {
            "A project \"${trimmed.forMessage()}\" could never be reached by its name, since a slash, " +
                "\".\" and \"..\" have no path. Choose another."
        }
        val id = decodeGlobalId(trimmed)
        require(id?.startsWith("Project:") != true) {
            "The name of the project \"${trimmed.forMessage()}\" would be read as Phoenix's own id " +
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
     * Creating is not repeated, since Phoenix answers 500 to a name that exists: what came of it is
     * settled by looking, and a project that somebody else made meanwhile is as good.
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
        return createOrSettle(
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
