package io.github.phoenixkt.settings

import io.github.phoenixkt.transport.PROXY_PASSWORD
import java.util.Base64

/** The user and the password for a proxy. */
internal class ProxyCredentials(user: String, password: String) {
    init {
        require(':' !in user) { "the user of proxyCredentials has a colon, which cannot be sent" }
    }

    /** The value of the `Proxy-Authorization` header. */
    val authorization: String =
        "Basic " + Base64.getEncoder().encodeToString("$user:$password".encodeToByteArray())

    /** The texts that must not appear in a message, by name. */
    val secrets: Map<String, String> =
        mapOf("proxy-authorization" to authorization, PROXY_PASSWORD to password)
}
