package io.github.phoenixkt.settings

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

class BaseUrlSpec :
    StringSpec({
        "a base URL gets one spelling and keeps its path" {
            mapOf(
                    "http://localhost:6006" to "http://localhost:6006",
                    "http://localhost:6006///" to "http://localhost:6006",
                    "HTTPS://Phoenix.Example.COM/s/Space/" to "https://phoenix.example.com/s/Space",
                    "https://host//s///space" to "https://host/s/space",
                    "https://host:443/a" to "https://host/a",
                    "http://host:80" to "http://host",
                    "http://host:443" to "http://host:443",
                    "https://host/v1/traces" to "https://host/v1/traces",
                    "http://my_service:6006" to "http://my_service:6006",
                    "http://[::1]:6006/a" to "http://[::1]:6006/a",
                    "http://[2001:DB8::1]" to "http://[2001:db8::1]",
                    "https://bücher.example" to "https://xn--bcher-kva.example",
                    "https://host/a%20b" to "https://host/a%20b",
                )
                .forEach { (given, expected) ->
                    withClue(given) { BaseUrl.parse(given).toString() shouldBe expected }
                }
        }

        "without a scheme, only what looks like a public TLS site is taken for one" {
            mapOf(
                    "localhost:6006" to "http://localhost:6006",
                    "localhost" to "http://localhost",
                    "phoenix:6006/base" to "http://phoenix:6006/base",
                    "127.0.0.1:6006" to "http://127.0.0.1:6006",
                    "10.0.0.7" to "http://10.0.0.7",
                    "[::1]:6006" to "http://[::1]:6006",
                    "phoenix.internal:6006" to "http://phoenix.internal:6006",
                    "app.example.com/s/space" to "https://app.example.com/s/space",
                    "localhost:443" to "https://localhost",
                )
                .forEach { (given, expected) ->
                    withClue(given) { BaseUrl.parse(given).toString() shouldBe expected }
                }
        }

        "what cannot be a base URL is refused with the reason" {
            mapOf(
                    "ftp://host" to "neither http nor https",
                    "http://" to "no valid host",
                    "http:///path" to "no valid host",
                    "http:/host" to "no valid host",
                    "http://::1:6006" to "no valid host",
                    "http://host:" to "no valid host",
                    "http://host:port" to "no valid host",
                    "http://[:::1]" to "not an IPv6 address",
                    "http://host:0" to "port 0",
                    "http://host:65536" to "port 65536",
                    "http://host/a b" to "white space",
                    "http://host\r\nX: y" to "white space",
                    "http://host?a=b" to "a query",
                    "http://host/#a" to "a fragment",
                    "http://host/ä" to "Percent-encode",
                    "http://host/%zz" to "Percent-encode",
                    "https://user:pass@host" to "a user name or a password",
                )
                .forEach { (given, reason) ->
                    withClue(given) {
                        shouldThrow<IllegalArgumentException> { BaseUrl.parse(given) }
                            .message shouldContain reason
                    }
                }
        }

        "the route for traces is removed at the end of the path only" {
            mapOf(
                    "http://host/v1/traces" to "http://host",
                    "http://host/v1/traces/" to "http://host",
                    "http://host///v1/traces" to "http://host",
                    "http://host/api/v1/traces" to "http://host/api",
                    "http://host/v1/traces/x" to "http://host/v1/traces/x",
                    "http://host/V1/Traces" to "http://host/V1/Traces",
                    "http://host/xv1/traces" to "http://host/xv1/traces",
                )
                .forEach { (given, expected) ->
                    withClue(given) {
                        BaseUrl.parse(given).withoutTracesRoute().toString() shouldBe expected
                    }
                }
        }

        "a host gets the port it lacks, and an address to bind to becomes one to connect to" {
            mapOf(
                    "phoenix" to "http://phoenix:7007",
                    "phoenix.example.com" to "http://phoenix.example.com:7007",
                    "phoenix:8080" to "http://phoenix:8080",
                    "phoenix:80" to "http://phoenix",
                    "phoenix/base" to "http://phoenix:7007/base",
                    "https://phoenix" to "https://phoenix",
                    "0.0.0.0" to "http://127.0.0.1:7007",
                    "::1" to "http://[::1]:7007",
                    "::" to "http://[::1]:7007",
                    "[::1]" to "http://[::1]:7007",
                    "[fe80::2]:8080" to "http://[fe80::2]:8080",
                )
                .forEach { (given, expected) ->
                    withClue(given) { BaseUrl.ofHost(given, 7007).toString() shouldBe expected }
                }
        }

        "a URL is shown without what may be a password" {
            mapOf(
                    "https://user:pa/ss@host/a" to "https://***@host/a",
                    "user:p?a#s@s@host" to "***@host",
                    "https://host/a?token=secret" to "https://host/a",
                    "https://host#secret" to "https://host",
                    "https://ho\nst" to "https://ho?st",
                )
                .forEach { (given, expected) ->
                    withClue(given) { shownUrl(given) shouldBe expected }
                }
        }
    })
