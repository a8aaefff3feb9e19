package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixSettings
import java.util.concurrent.ConcurrentHashMap
import org.slf4j.LoggerFactory

/** Logs each warning once: settings are built for every client, in the same environment. */
internal class Warnings(
    private val sink: (String) -> Unit = {
        LoggerFactory.getLogger(PhoenixSettings::class.java).warn(it)
    }
) {
    private val said = ConcurrentHashMap.newKeySet<String>()

    fun warn(message: String) {
        if (said.add(message)) sink(message)
    }
}
