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

    /** Collects the values of an [AnnotationQuery], for Java. Not thread-safe. */
    public class Builder internal constructor() {
        private var ids: Collection<String>? = null
        private var identifiers: Collection<String>? = null
        private var includeAnnotationNames: Collection<String>? = null
        private var excludeAnnotationNames: Collection<String>? = null
        private var project: String? = null

        /** Sets [AnnotationQuery.ids]. */
        public fun ids(ids: Collection<String>): Builder = apply { this.ids = ids }

        /** Sets [AnnotationQuery.identifiers]. */
        public fun identifiers(identifiers: Collection<String>): Builder = apply {
            this.identifiers = identifiers
        }

        /** Sets [AnnotationQuery.includeAnnotationNames]. */
        public fun includeAnnotationNames(includeAnnotationNames: Collection<String>): Builder =
            apply {
                this.includeAnnotationNames = includeAnnotationNames
            }

        /** Sets [AnnotationQuery.excludeAnnotationNames]. */
        public fun excludeAnnotationNames(excludeAnnotationNames: Collection<String>): Builder =
            apply {
                this.excludeAnnotationNames = excludeAnnotationNames
            }

        /** Sets [AnnotationQuery.project]. */
        public fun project(project: String): Builder = apply { this.project = project }

        /**
         * The query.
         *
         * @throws IllegalArgumentException when it names neither ids nor identifiers, or a blank
         *   text
         */
        public fun build(): AnnotationQuery =
            AnnotationQuery(
                ids,
                identifiers,
                includeAnnotationNames,
                excludeAnnotationNames,
                project,
            )
    }

    public companion object {
        /** A builder; what is not set is absent. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** As annotations are written, so that a text finds what was written with it. */
private fun trimmed(what: String, texts: Collection<String>?): List<String>? = texts?.map { text ->
    requireStorable("One of the $what,", text)
    requireNotNull(text.presentOrNull()) {
        "One of the $what is blank; Phoenix cannot look for those."
    }
}
