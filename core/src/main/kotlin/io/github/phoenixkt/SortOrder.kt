package io.github.phoenixkt

/** Which end of a sorted list comes first. */
public enum class SortOrder(internal val wire: String) {
    /** The smallest, oldest or first stored comes first. */
    ASCENDING("asc"),

    /** The largest, newest or last stored comes first. */
    DESCENDING("desc"),
}
