package io.github.phoenixkt

/**
 * The version of a Phoenix server.
 *
 * Versions compare by their three numbers: `14.0.0rc1` counts as `14.0.0`.
 *
 * @property major the first number: 20 in 20.26.1
 * @property minor the second number: 26 in 20.26.1
 * @property patch the third number: 1 in 20.26.1
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
         * Returns the version at the start of [text], or null if there is none. Accepts forms like
         * `v20.3` and `14.0.0rc1`.
         */
        @JvmStatic
        public fun parse(text: String): ServerVersion? {
            val (major, minor, patch) = PATTERN.find(text.trim())?.destructured ?: return null
            return ServerVersion(major.toInt(), minor.toIntOrNull() ?: 0, patch.toIntOrNull() ?: 0)
        }
    }
}
