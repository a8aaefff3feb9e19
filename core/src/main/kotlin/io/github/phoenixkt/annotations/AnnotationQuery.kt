package io.github.phoenixkt.annotations

/**
 * Which annotations to read. Everything that is given must hold at once; at least one of [ids] and
 * [identifiers] is required.
 *
 * Texts are trimmed, as they are when annotations are written.
 *
 * @property ids of spans, traces or sessions, any number of them; null for all. An empty list asks
 *   for nothing.
 * @property identifiers of annotations, any number; since Phoenix 15.1. Annotations without one
 *   cannot be asked for.
 * @property includeAnnotationNames only these names; null for all
 * @property excludeAnnotationNames not these names. When neither list is given, notes are left out.
 * @property project its name or id; null for that of the settings
 */
public class AnnotationQuery
@JvmOverloads
constructor(
    ids: Collection<String>? = null,
    identifiers: Collection<String>? = null,
    includeAnnotationNames: Collection<String>? = null,
    excludeAnnotationNames: Collection<String>? = null,
    public val project: String? = null,
) {
    public val ids: Collection<String>? = trimmed("ids to read annotations of", ids)
    public val identifiers: Collection<String>? = trimmed("identifiers", identifiers)
    public val includeAnnotationNames: Collection<String>? =
        trimmed("names to include", includeAnnotationNames)
    public val excludeAnnotationNames: Collection<String>? =
        trimmed("names to exclude", excludeAnnotationNames)

    init {
        require(ids != null || identifiers != null) {
            "Name the ids or the identifiers of the annotations to read."
        }
    }

    internal val excluded: Collection<String>
        get() =
            excludeAnnotationNames
                ?: if (includeAnnotationNames == null) listOf(AnnotationLevel.NOTE_NAME)
                else emptyList()
}

/** As annotations are written, so that a text finds what was written with it. */
private fun trimmed(what: String, texts: Collection<String>?): List<String>? = texts?.map { text ->
    requireStorable("One of the $what,", text)
    requireNotNull(text.presentOrNull()) {
        "One of the $what is blank; Phoenix cannot look for those."
    }
}
