package io.github.phoenixkt.transport

import io.github.phoenixkt.ServerVersion

/**
 * A feature that not every supported server has, and the first version that has it. Those of one
 * kind of target are in `TargetKind`.
 *
 * @property silent whether an older server would not refuse the call but do something else, such as
 *   ignore a filter or delete more. Such a call is sent only if the server is known to be new
 *   enough. Others are also sent if the version is unknown.
 */
internal class Capability(
    val since: ServerVersion,
    val silent: Boolean,
    val what: String,
) {
    constructor(
        major: Int,
        minor: Int,
        patch: Int,
        what: String,
        silent: Boolean = false,
    ) : this(ServerVersion(major, minor, patch), silent, what)

    override fun toString(): String = what

    companion object {
        /** Older servers have no identifiers and cannot be read back. They are not supported. */
        val OLDEST_SERVER: ServerVersion = ServerVersion(9)

        val READ_BY_IDENTIFIER =
            Capability(15, 1, 0, "reading annotations by identifier", silent = true)
        val DELETE_ANNOTATIONS = Capability(15, 4, 0, "deleting annotations", silent = true)
        val NOTE_IDENTIFIER = Capability(15, 7, 0, "notes with an identifier", silent = true)
        val ANNOTATION_CONFIGS = Capability(9, 0, 0, "annotation configs")
        val FREEFORM_BOUNDS =
            Capability(
                16,
                0,
                0,
                "freeform configs with a direction, a threshold or bounds",
                silent = true,
            )
        val CONFIG_ASSIGNMENT = Capability(17, 16, 0, "assigning annotation configs to projects")
        val PROJECTS = Capability(9, 0, 0, "projects")
        val PROJECTS_BY_NAME_PART =
            Capability(17, 16, 0, "listing projects by a part of their name", silent = true)
        val READ_SPANS = Capability(10, 6, 0, "reading spans")
        val CREATE_SPANS = Capability(10, 12, 0, "creating spans")
        val SPANS_BY_TRACE_ID = Capability(13, 9, 0, "reading spans by trace id", silent = true)
        val SPANS_BY_PARENT_ID = Capability(13, 12, 0, "reading spans by parent", silent = true)
        val SPANS_BY_NAME_KIND_STATUS =
            Capability(13, 15, 0, "reading spans by name, kind or status", silent = true)
        val SPANS_BY_ATTRIBUTE = Capability(14, 9, 0, "reading spans by attribute", silent = true)
        val SPANS_BY_SPAN_ID = Capability(19, 6, 0, "reading spans by span id", silent = true)
        val SORTED_SPANS = Capability(20, 16, 0, "reading spans in another order", silent = true)
        val QUERY_SPANS = Capability(9, 0, 0, "querying spans")
        val DELETE_SPANS = Capability(11, 19, 0, "deleting spans")
        val READ_TRACES = Capability(13, 15, 0, "reading traces")
        val PAGES_OF_TRACES =
            Capability(20, 5, 0, "reading on in traces by a cursor", silent = true)
        val FILTERED_TRACES =
            Capability(20, 13, 0, "reading traces by a filter expression", silent = true)
        val DELETE_TRACES = Capability(11, 18, 0, "deleting traces")
        val DELETE_TRACES_IN_WINDOW = Capability(20, 6, 0, "deleting traces by their time")
        val TRANSFER_TRACES = Capability(20, 1, 0, "moving traces to another project")
        val READ_SESSIONS = Capability(13, 5, 0, "reading sessions")
        val FILTERED_SESSIONS =
            Capability(20, 13, 0, "reading sessions by a filter expression", silent = true)
        val DELETE_SESSIONS = Capability(13, 13, 0, "deleting sessions")
    }
}
