package io.github.phoenixkt

/**
 * The version of a Phoenix server, as its `x-phoenix-server-version` header or its version route
 * tells it.
 *
 * Compares by number only: `14.0.0rc1` counts as `14.0.0`.
 *
 * @property major the first number: `20` of 20.26.1
 * @property minor the second number
 * @property patch the third number
 */
public class ServerVersion(
    public val major: Int,
    public val minor: Int = 0,
    public val patch: Int = 0,
) : Comparable<ServerVersion> {
    override fun compareTo(other: ServerVersion): Int =
        compareValuesBy(
            this,
            other,
            ServerVersion::major,
            ServerVersion::minor,
            ServerVersion::patch,
        )

    override fun equals(other: Any?): Boolean = other is ServerVersion && compareTo(other) == 0

    override fun hashCode(): Int = (major * 31 + minor) * 31 + patch

    override fun toString(): String = "$major.$minor.$patch"

    public companion object {
        private val PATTERN = Regex("""^v?(\d{1,6})(?:\.(\d{1,6}))?(?:\.(\d{1,6}))?""")

        /**
         * The version at the start of [text], leniently (`v20.3`, `14.0.0rc1`), or null when there
         * is none.
         */
        @JvmStatic
        public fun parse(text: String): ServerVersion? {
            val (major, minor, patch) = PATTERN.find(text.trim())?.destructured ?: return null
            return ServerVersion(major.toInt(), minor.toIntOrNull() ?: 0, patch.toIntOrNull() ?: 0)
        }
    }
}
