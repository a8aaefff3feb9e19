package io.github.phoenixkt.transport

import java.util.Properties

/** `phoenix-kt/<version>`, so that a server's log tells who calls. */
internal val USER_AGENT: String by lazy {
    val properties = Properties()
    // A native image or a minimiser may have left it out.
    Connection::class.java.getResourceAsStream("/io/github/phoenixkt/version.properties")?.use {
        properties.load(it)
    }
    listOfNotNull("phoenix-kt", properties.getProperty("version")).joinToString("/")
}
