package io.github.phoenixkt.configs

import io.github.phoenixkt.Page
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.AnnotationData
import kotlinx.coroutines.flow.Flow

/**
 * Annotation configs: the rubrics that people follow when they annotate, and the projects that use
 * them. Phoenix 15.7 and newer comes with one config, `user_feedback`.
 *
 * A `config` parameter takes the config's id or its exact name. A `project` parameter takes the
 * project's id or its name. Every function may throw a [PhoenixException].
 *
 * To decorate or mock this interface, see [io.github.phoenixkt.PhoenixClient].
 */
public interface AnnotationConfigsResource {
    /**
     * Lists all configs, the newest first.
     *
     * @param project only configs that are assigned to this project; since Phoenix 17.16
     */
    public fun list(project: String? = null): Flow<StoredAnnotationConfig>

    /**
     * Reads one page of [list].
     *
     * @param cursor [Page.nextCursor] of the page before; null for the first page
     * @param limit the most configs on the page, 1 to 1,000
     */
    public suspend fun listPage(
        project: String? = null,
        cursor: String? = null,
        limit: Int = 100,
    ): Page<StoredAnnotationConfig>

    /**
     * Returns a config.
     *
     * @throws PhoenixException.NotFound if there is no such config
     */
    public suspend fun get(config: String): StoredAnnotationConfig

    /**
     * Creates a config. Its name and labels are trimmed.
     *
     * @throws PhoenixException.Conflict if the name is taken
     * @throws IllegalArgumentException if the name is `note`, which Phoenix reserves for notes, or
     *   if a text is blank or contains characters that Phoenix cannot store
     */
    public suspend fun create(config: AnnotationConfig): StoredAnnotationConfig

    /**
     * Replaces everything in a config, including its name and its type. The new name and labels are
     * trimmed. If the type changes, the config gets a new id.
     *
     * @throws PhoenixException.NotFound if there is no such config
     * @throws PhoenixException.Conflict if the new name is taken
     * @throws IllegalArgumentException if the new name is `note`, which Phoenix reserves for notes,
     *   or if a text is blank or contains characters that Phoenix cannot store
     */
    public suspend fun update(
        config: String,
        replacement: AnnotationConfig,
    ): StoredAnnotationConfig

    /**
     * Deletes a config and its assignments to projects. Annotations of its name stay.
     *
     * A request without a clear response is repeated, for example after a broken connection or a
     * proxy's 503. If the repeat finds no such config, the call succeeds, although the config may
     * never have existed.
     *
     * @throws PhoenixException.NotFound if there is no such config
     */
    public suspend fun delete(config: String)

    /**
     * Assigns a config to a project. Assigning it again is not an error. Since Phoenix 17.16.
     *
     * @throws PhoenixException.NotFound if the project or the config does not exist
     */
    public suspend fun assign(project: String, config: String): StoredAnnotationConfig

    /**
     * Removes a config from a project. Removing it again is not an error. Since Phoenix 17.16.
     *
     * @throws PhoenixException.NotFound if the project or the config does not exist
     */
    public suspend fun unassign(project: String, config: String)

    /**
     * Assigns exactly these configs to a project, and removes all others from it. An empty
     * collection removes all. Since Phoenix 17.16.
     *
     * @return the configs that the project has now
     * @throws PhoenixException.NotFound if the project or one of the configs does not exist
     */
    public suspend fun replace(
        project: String,
        configs: Collection<String>,
    ): List<StoredAnnotationConfig>

    /**
     * Checks an annotation against the config of its name: whether the label is in the config and
     * the score is within the bounds. If the annotation has no score, the result has the score of
     * its label. Phoenix itself does not check annotations against configs.
     *
     * ```
     * val check = client.annotationConfigs.check(annotation)
     * if (check.fits) client.spans.addSpanAnnotation(check.annotation as SpanAnnotationData)
     * ```
     *
     * This reads the config from the server. If you have it already, use [AnnotationConfig.check].
     *
     * @throws PhoenixException.NotFound if there is no config of that name
     * @throws IllegalArgumentException if the annotation has no name
     */
    public suspend fun check(annotation: AnnotationData): AnnotationCheck
}
