package io.github.phoenixkt.annotations

import io.github.phoenixkt.internal.RequestValues
import io.github.phoenixkt.internal.presentOrNull
import io.github.phoenixkt.internal.requireStorable

/**
 * Selects annotations to read. An annotation must match everything that is given. At least one of
 * [ids] and [identifiers] is required.
 *
 * Texts are trimmed, as they are when annotations are written.
 *
 * @property ids the ids of spans, traces or sessions, any number; null for all. An empty collection
 *   returns nothing.
 * @property identifiers the identifiers of annotations, any number; since Phoenix 15.1. Annotations
 *   without an identifier cannot be selected. An empty collection returns nothing.
 * @property includeAnnotationNames the only names to return; null or empty for all
 * @property excludeAnnotationNames the names to leave out; empty to leave out none. If neither this
 *   nor [includeAnnotationNames] is given, notes are left out.
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
            "Give ids, identifiers or both: they say which annotations to read."
        }
    }

    internal val excluded: Collection<String>
        get() =
            excludeAnnotationNames
                ?: if (includeAnnotationNames == null) listOf(TargetKind.NOTE_NAME) else emptyList()

    /** Returns a builder with the values of this query. */
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
         * Returns the query.
         *
         * @throws IllegalArgumentException if there are neither ids nor identifiers, or if a text
         *   is blank or cannot be stored by Phoenix
         */
        public fun build(): AnnotationQuery = AnnotationQuery(this)
    }

    public companion object {
        /** Returns a builder without any values. */
        @JvmStatic public fun builder(): Builder = Builder()
    }
}

/** Builds a query: `annotationQuery { ids = spanIds }`. */
public fun annotationQuery(configure: AnnotationQuery.Builder.() -> Unit): AnnotationQuery =
    AnnotationQuery.builder().apply(configure).build()

/** Trimmed as when annotations are written, so that a text finds what was written with it. */
private fun trimmed(what: String, texts: Collection<String>?): List<String>? = texts?.map { text ->
    requireStorable("One of the $what,", text)
    requireNotNull(text.presentOrNull()) {
        "One of the $what is blank. Phoenix cannot search for blank texts."
    }
}
