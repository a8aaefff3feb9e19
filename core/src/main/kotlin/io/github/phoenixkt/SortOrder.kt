package io.github.phoenixkt

/** The order of a sorted list. */
public enum class SortOrder(internal val wire: String) {
    /** The smallest, the oldest or the first stored item comes first. */
    ASCENDING("asc"),

    /** The largest, the newest or the last stored item comes first. */
    DESCENDING("desc"),
}
