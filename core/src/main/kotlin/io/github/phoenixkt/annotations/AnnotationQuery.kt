package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requireStorable

/**
 * Which annotations to read. Everything that is given must hold at once; at least one of [ids] and
 * [identifiers] is required.
 *
 * Texts are trimmed, as they are when annotations are written.
 *
 * @property ids of spans, traces or sessions, any number of them; null for all. An empty list
 *   returns nothing.
 * @property identifiers of annotations, any number; since Phoenix 15.1. Annotations without one
 *   cannot be asked for. An empty list returns nothing.
 * @property includeAnnotationNames only these names; null or empty for all
 * @property excludeAnnotationNames not these names; empty to leave out none. If this and
 *   [includeAnnotationNames] are not given, notes are left out.
 */
public class AnnotationQuery private constructor(builder: Builder) {
    public val ids: Collection<String>? = trimmed("ids to read annotations of", builder.ids)
    public val identifiers: Collection<String>? = trimmed("identifiers", builder.identifiers)
    public val includeAnnotationNames: Collection<String>? =
        trimmed("names to include", builder.includeAnnotationNames)?.ifEmpty { null }
    public val excludeAnnotationNames: Collection<String>? =
        trimmed("names to exclude", builder.excludeAnnotationNames)

    private val values =
        RequestValues(
            "ids" to ids,
            "identifiers" to identifiers,
            "includeAnnotationNames" to includeAnnotationNames,
            "excludeAnnotationNames" to excludeAnnotationNames,
        )

    init {
        require(ids != null || identifiers != null) {
            "Name the ids or the identifiers of the annotations to read."
        }
    }

    internal val excluded: Collection<String>
        get() =
            excludeAnnotationNames
                ?: if (includeAnnotationNames == null) listOf(TargetKind.NOTE_NAME) else emptyList()

    /** A builder that starts from these values. */
    public fun toBuilder(): Builder =
        Builder().also {
            it.ids = ids
            it.identifiers = identifiers
            it.includeAnnotationNames = includeAnnotationNames
            it.excludeAnnotationNames = excludeAnnotationNames
        }

    override fun equals(other: Any?): Boolean = other is AnnotationQuery && values == other.values

    override fun hashCode(): Int = values.hashCode()

    override fun toString(): String = values.describe("AnnotationQuery")

    /**
     * Collects the values of an [AnnotationQuery]; they are checked by [build]. Not thread-safe.
     */
    public class Builder internal constructor() {
        /** See [AnnotationQuery.ids]. */
        @get:JvmSynthetic @set:JvmSynthetic public var ids: Collection<String>? = null

        /** See [AnnotationQuery.identifiers]. */
        @get:JvmSynthetic @set:JvmSynthetic public var identifiers: Collection<String>? = null

        /** See [AnnotationQuery.includeAnnotationNames]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var includeAnnotationNames: Collection<String>? = null

        /** See [AnnotationQuery.excludeAnnotationNames]. */
        @get:JvmSynthetic
        @set:JvmSynthetic
        public var excludeAnnotationNames: Collection<String>? = null

        /** Sets [AnnotationQuery.ids]. */
        public fun ids(ids: Collection<String>?): Builder = apply { this.ids = ids }

        /** Sets [AnnotationQuery.identifiers]. */
        public fun identifiers(identifiers: Collection<String>?): Builder = apply {
            this.identifiers = identifiers
        }

        /** Sets [AnnotationQuery.includeAnnotationNames]. */
        public fun includeAnnotationNames(includeAnnotationNames: Collection<String>?): Builder =
            apply {
                this.includeAnnotationNames = includeAnnotationNames
            }

        /** Sets [AnnotationQuery.excludeAnnotationNames]. */
        public fun excludeAnnotationNames(excludeAnnotationNames: Collection<String>?): Builder =
            apply {
                this.excludeAnnotationNames = excludeAnnotationNames
            }

        /**
         * The query.
         *
         * @throws IllegalArgumentException when it names neither ids nor identifiers, or a blank
         *   text
         */
        public fun build(): AnnotationQuery = AnnotationQuery(this)
    }

    public companion object {
        /** A builder; what is not set is absent. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** Builds a query: `annotationQuery { ids = spanIds }`. */
public fun annotationQuery(configure: AnnotationQuery.Builder.() -> Unit): AnnotationQuery =
    AnnotationQuery.builder().apply(configure).build()

/** As annotations are written, so that a text finds what was written with it. */
private fun trimmed(what: String, texts: Collection<String>?): List<String>? {
    val oneOf = "One of the $what,"
    return texts?.map { text ->
        requireStorable(oneOf, text)
        requireNotNull(text.presentOrNull()) {
            "One of the $what is blank; Phoenix cannot look for those."
        }
    }
}
