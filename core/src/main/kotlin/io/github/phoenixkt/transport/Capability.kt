package io.github.phoenixkt.transport

import io.github.phoenixkt.ServerVersion

/**
 * A feature that not every supported server has, and the first version that has it.
 *
 * @property silent whether an older server would not refuse the call but do something else, such as
 *   ignore a filter or delete more. Such a call is sent only if the server is known to be new
 *   enough. Others are also sent if the version is unknown.
 */
internal enum class Capability(val since: ServerVersion, val silent: Boolean, val what: String) {
    SPAN_ANNOTATIONS(9, 0, 0, "span annotations with an identifier"),
    TRACE_ANNOTATIONS(9, 0, 0, "trace annotations with an identifier"),
    DOCUMENT_ANNOTATIONS(11, 30, 0, "document annotations"),
    SESSION_ANNOTATIONS(12, 0, 0, "session annotations"),
    READ_SPAN_ANNOTATIONS(9, 0, 0, "reading span annotations"),
    READ_TRACE_ANNOTATIONS(12, 0, 0, "reading trace annotations"),
    READ_SESSION_ANNOTATIONS(12, 0, 0, "reading session annotations"),
    READ_BY_IDENTIFIER(15, 1, 0, "reading annotations by identifier", silent = true),
    DELETE_ANNOTATIONS(15, 4, 0, "deleting annotations", silent = true),
    SPAN_NOTES(12, 21, 0, "notes on spans"),
    TRACE_NOTES(14, 13, 0, "notes on traces"),
    SESSION_NOTES(14, 17, 0, "notes on sessions"),
    NOTE_IDENTIFIER(15, 7, 0, "notes with an identifier", silent = true),
    ANNOTATION_CONFIGS(9, 0, 0, "annotation configs"),
    FREEFORM_BOUNDS(
        16,
        0,
        0,
        "freeform configs with a direction, a threshold or bounds",
        silent = true,
    ),
    CONFIG_ASSIGNMENT(17, 16, 0, "assigning annotation configs to projects"),
    PROJECTS(9, 0, 0, "projects"),
    PROJECTS_BY_NAME_PART(17, 16, 0, "listing projects by a part of their name", silent = true),
    READ_SPANS(10, 6, 0, "reading spans"),
    CREATE_SPANS(10, 12, 0, "creating spans"),
    SPANS_BY_TRACE_ID(13, 9, 0, "reading spans by trace id", silent = true),
    SPANS_BY_PARENT_ID(13, 12, 0, "reading spans by parent", silent = true),
    SPANS_BY_NAME_KIND_STATUS(13, 15, 0, "reading spans by name, kind or status", silent = true),
    SPANS_BY_ATTRIBUTE(14, 9, 0, "reading spans by attribute", silent = true),
    SPANS_BY_SPAN_ID(19, 6, 0, "reading spans by span id", silent = true),
    SORTED_SPANS(20, 16, 0, "reading spans in another order", silent = true),
    QUERY_SPANS(9, 0, 0, "querying spans"),
    DELETE_SPANS(11, 19, 0, "deleting spans"),
    READ_TRACES(13, 15, 0, "reading traces"),
    PAGES_OF_TRACES(20, 5, 0, "reading on in traces by a cursor", silent = true),
    FILTERED_TRACES(20, 13, 0, "reading traces by a filter expression", silent = true),
    DELETE_TRACES(11, 18, 0, "deleting traces"),
    DELETE_TRACES_IN_WINDOW(20, 6, 0, "deleting traces by their time"),
    TRANSFER_TRACES(20, 1, 0, "moving traces to another project"),
    READ_SESSIONS(13, 5, 0, "reading sessions"),
    FILTERED_SESSIONS(20, 13, 0, "reading sessions by a filter expression", silent = true),
    DELETE_SESSIONS(13, 13, 0, "deleting sessions");

    constructor(
        major: Int,
        minor: Int,
        patch: Int,
        what: String,
        silent: Boolean = false,
    ) : this(ServerVersion(major, minor, patch), silent, what)

    companion object {
        /** Older servers have no identifiers and cannot be read back. They are not supported. */
        val OLDEST_SERVER: ServerVersion = ServerVersion(9)
    }
}
