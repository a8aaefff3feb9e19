package io.github.phoenixkt.projects

import io.github.phoenixkt.internal.forMessage
import kotlinx.serialization.SerialName
import kotlinx.serialization.Serializable

/**
 * A project. Phoenix keeps the traces of an application in a project.
 *
 * @property id Phoenix's own id
 * @property name the name, which is unique and cannot be changed
 * @property description a text for people; null for none
 */
public class Project
internal constructor(
    public val id: String,
    public val name: String,
    public val description: String?,
) {
    override fun toString(): String = "Project(${name.forMessage()}, id=$id)"
}

@Serializable
internal class ProjectRow(
    private val id: String,
    private val name: String,
    private val description: String? = null,
) {
    fun toProject() = Project(id, name, description)
}

@Serializable internal class ProjectBody(val data: ProjectRow)

@Serializable
internal class ProjectPage(
    val data: List<ProjectRow>,
    @SerialName("next_cursor") val nextCursor: String? = null,
)
