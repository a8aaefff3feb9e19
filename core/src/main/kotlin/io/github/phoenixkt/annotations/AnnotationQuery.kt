package io.github.phoenixkt.annotations

/**
 * Which annotations to read. Everything that is given must hold at once; at least one of [ids] and
 * [identifiers] is required.
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
    public val ids: Collection<String>? = null,
    public val identifiers: Collection<String>? = null,
    public val includeAnnotationNames: Collection<String>? = null,
    public val excludeAnnotationNames: Collection<String>? = null,
    public val project: String? = null,
) {
    init {
        require(ids != null || identifiers != null) {
            "Name the ids or the identifiers of the annotations to read."
        }
        ids?.forEach {
            require(it.presentOrNull() != null) {
                "One of the ids to read annotations of is blank."
            }
        }
        identifiers?.forEach {
            require(it.presentOrNull() != null) {
                "One of the identifiers is blank; Phoenix cannot look for those."
            }
        }
        listOfNotNull(ids, identifiers, includeAnnotationNames, excludeAnnotationNames)
            .flatten()
            .forEach {
                require(it.indexOfUnstorable() < 0) { "\"${it.forMessage()}\" $UNSTORABLE." }
            }
    }

    internal val excluded: Collection<String>
        get() =
            excludeAnnotationNames
                ?: if (includeAnnotationNames == null) listOf(AnnotationLevel.NOTE_NAME)
                else emptyList()
}
