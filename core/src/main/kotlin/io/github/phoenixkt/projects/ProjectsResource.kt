package io.github.phoenixkt.projects

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import kotlinx.coroutines.flow.Flow

/**
 * Projects. Phoenix creates a project when the first span names it; create one yourself only if you
 * need it earlier.
 *
 * A `project` parameter takes the project's id or its exact name. A project whose name contains a
 * slash can be addressed only by its id. Every function may throw a [PhoenixException].
 *
 * To decorate or mock this interface, see [io.github.phoenixkt.PhoenixClient].
 */
public interface ProjectsResource {
    /**
     * Lists all projects, the newest first.
     *
     * @param nameContains only projects whose name contains this text, ignoring case; since Phoenix
     *   17.16
     */
    public fun list(nameContains: String? = null): Flow<Project>

    /**
     * Reads one page of [list].
     *
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most projects on the page, 1 to 1,000
     */
    public suspend fun listPage(
        nameContains: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<Project>

    /**
     * Returns a project.
     *
     * @throws PhoenixException.NotFound if there is no such project
     */
    public suspend fun get(project: String): Project

    /**
     * Creates a project. The name is trimmed.
     *
     * If someone else creates a project of this name at the same moment, theirs is returned, with
     * their description: Phoenix answers a taken name as it answers an internal error.
     *
     * @throws PhoenixException.Conflict if the name is taken; [ensure] returns the existing project
     *   instead
     * @throws IllegalArgumentException if the name is blank, is `.` or `..`, contains a slash,
     *   looks like one of Phoenix's ids, or contains characters that Phoenix cannot store
     */
    public suspend fun create(name: String, description: String? = null): Project

    /**
     * Returns the project of this name, and creates it if there is none. An existing project keeps
     * its own description. The name is trimmed.
     *
     * @param description for a new project
     * @throws IllegalArgumentException if [create] does not accept the name
     */
    public suspend fun ensure(name: String, description: String? = null): Project

    /**
     * Changes the description of a project. Names cannot be changed. Admins only.
     *
     * @throws PhoenixException.NotFound if there is no such project
     * @throws PhoenixException.Forbidden if the API key is not that of an admin
     */
    public suspend fun update(project: String, description: String): Project

    /**
     * Deletes a project with all its traces and annotations. Admins only. The project `default`
     * cannot be deleted.
     *
     * A request without a clear response is repeated, for example after a broken connection or a
     * proxy's 503. If the repeat finds no such project, the call succeeds, although the project may
     * never have existed.
     *
     * @throws PhoenixException.NotFound if there is no such project
     * @throws PhoenixException.Forbidden if the API key is not that of an admin, or the project is
     *   `default`
     */
    public suspend fun delete(project: String)
}
