package io.github.phoenixkt.transport

import java.util.Properties

/** `phoenix-kt/<version>`, for the server's log. */
internal val USER_AGENT: String by lazy {
    val properties = Properties()
    // A native image or a shrinker may have removed it.
    Connection::class.java.getResourceAsStream("/io/github/phoenixkt/version.properties")?.use {
        properties.load(it)
    }
    listOfNotNull("phoenix-kt", properties.getProperty("version")).joinToString("/")
}
