package io.github.phoenixkt.settings

import io.github.phoenixkt.PhoenixSettings
import java.util.concurrent.ConcurrentHashMap
import org.slf4j.LoggerFactory

/**
 * Says each thing once: settings are built anew for every client, and the machine around them stays
 * the same.
 */
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
