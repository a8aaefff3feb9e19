package io.github.phoenixkt.settings

import java.net.IDN
import java.net.InetAddress

private const val SCHEME = "[A-Za-z][A-Za-z0-9+.-]*"
private val URL_SHAPE = Regex("""(?:($SCHEME)://)?([^/]*)(.*)""")
private val AUTHORITY = Regex("""(\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::([0-9]{1,5}))?""")
private val PATH = Regex("""(?:[A-Za-z0-9._~!$&'()*+,;=:/-]++|%[0-9A-Fa-f]{2})*+""")
private const val HTTP_PORT = 80
private const val HTTPS_PORT = 443
private val DEFAULT_PORTS = mapOf("http" to HTTP_PORT, "https" to HTTPS_PORT)
// Servers bind to these, but clients cannot connect to them on every system.
private val WILDCARDS = mapOf("0.0.0.0" to "127.0.0.1", "[::]" to "[::1]")
private const val LONGEST_SHOWN = 200

/**
 * A base URL in a normal form (lower case, no default port, no slash at the end), so that two
 * clients of one server can tell that it is the same.
 */
internal class BaseUrl
private constructor(
    private val scheme: String,
    private val host: String,
    private val port: Int?,
    private val path: String,
) {
    /** The server of an OTLP endpoint, which ends with the route for traces. */
    fun withoutTracesRoute(): BaseUrl = BaseUrl(scheme, host, port, path.removeSuffix("/v1/traces"))

    fun withDefaultPath(path: String): BaseUrl =
        if (this.path.isEmpty()) BaseUrl(scheme, host, port, normalPath("/$path")) else this

    override fun toString(): String =
        scheme +
            "://" +
            host +
            port?.takeIf { it != DEFAULT_PORTS[scheme] }?.let { ":$it" }.orEmpty() +
            path

    companion object {
        /**
         * Reads a base URL, with or without a scheme.
         *
         * @throws IllegalArgumentException if it cannot be used. The message says why and what to
         *   do, but does not show the URL.
         */
        fun parse(text: String): BaseUrl {
            require(text.none { it.isISOControl() || it.isWhitespace() }) {
                "it contains white space. Remove it"
            }
            require('@' !in text) {
                "it contains a user name or a password. Remove everything up to the @, and set an API key"
            }
            require(text.none { it in "?#" }) {
                "it contains a query or a fragment. Remove everything from the ? or # on"
            }
            val (givenScheme, authority, path) =
                requireNotNull(URL_SHAPE.matchEntire(text)).destructured
            val (rawHost, rawPort) =
                requireNotNull(AUTHORITY.matchEntire(asciiHost(authority))) {
                        "it has no valid host. Write http://host:6006, or http://[::1]:6006 for an IPv6 address"
                    }
                    .destructured
            val host = rawHost.lowercase()
            require(!host.startsWith('[') || isIpv6(host)) {
                "$host is not an IPv6 address. Correct it"
            }
            val port = rawPort.takeIf { it.isNotEmpty() }?.toInt()
            require(port == null || port in PORTS) {
                "port $port is not between ${PORTS.first} and ${PORTS.last}. Correct it"
            }
            val scheme = givenScheme.lowercase().ifEmpty { impliedScheme(host, port) }
            require(scheme in DEFAULT_PORTS) {
                "its scheme is neither http nor https. Use one of these"
            }
            return BaseUrl(scheme, host, port, normalPath(path))
        }

        /**
         * Reads `PHOENIX_HOST`: a host name or an IPv6 address, with or without brackets, port and
         * scheme.
         */
        fun ofHost(host: String, port: Int): BaseUrl {
            val hasScheme = "://" in host
            val isBareIpv6 = !hasScheme && !host.startsWith('[') && host.count { it == ':' } > 1
            val url =
                parse((if (hasScheme) "" else "http://") + if (isBareIpv6) "[$host]" else host)
            val portToUse = if (hasScheme) url.port else url.port ?: port
            return BaseUrl(url.scheme, WILDCARDS[url.host] ?: url.host, portToUse, url.path)
        }
    }
}

/** [text] for a message: on one line, and without anything that may be a password. */
internal fun shownUrl(text: String): String {
    val scheme = Regex("^$SCHEME://").find(text)?.value.orEmpty()
    val masked = if ('@' in text) scheme + "***@" + text.substringAfterLast('@') else text
    return masked
        .substringBefore('?')
        .substringBefore('#')
        .take(LONGEST_SHOWN)
        .replace(Regex("""\p{Cntrl}"""), "?")
}

/** The valid port numbers. */
@Suppress("MagicNumber") // It is named here.
internal val PORTS = 1..65535

internal fun isUrlPath(text: String): Boolean = PATH.matches(text)

private fun normalPath(path: String): String {
    require(isUrlPath(path)) {
        "its path has characters that are not allowed in a URL. Percent-encode them"
    }
    return path.replace(Regex("/+"), "/").trimEnd('/')
}

private fun asciiHost(authority: String): String =
    if (authority.all { it < '\u0080' }) authority
    else runCatching { IDN.toASCII(authority) }.getOrDefault("")

// A literal in brackets is not looked up in DNS.
private fun isIpv6(host: String): Boolean = runCatching { InetAddress.getByName(host) }.isSuccess

/**
 * A key must not be sent unencrypted by mistake: a public name without a port is assumed to be a
 * TLS site. `localhost:6006`, `phoenix:6006` and addresses are development servers.
 */
private fun impliedScheme(host: String, port: Int?): String =
    when (port) {
        HTTPS_PORT -> "https"
        null -> if ('.' in host && host.last().isLetter()) "https" else "http"
        else -> "http"
    }
