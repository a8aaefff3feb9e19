package io.github.phoenixkt.settings

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

class HeaderParsingSpec :
    StringSpec({
        val source = Source("PHOENIX_CLIENT_HEADERS")

        "both formats of the official clients are read" {
            mapOf(
                    "a=1,b=2" to mapOf("a" to "1", "b" to "2"),
                    " A = 1 , , b=2," to mapOf("a" to "1", "b" to "2"),
                    "a=x%20y%2C%3d" to mapOf("a" to "x y,="),
                    "a=b=c==" to mapOf("a" to "b=c=="),
                    "a=1+1" to mapOf("a" to "1+1"),
                    "authorization=Bearer x" to mapOf("authorization" to "Bearer x"),
                    "a=1,A=2" to mapOf("a" to "2"),
                    """{"X-A":"1, 2=%20","b":"{}"}""" to mapOf("x-a" to "1, 2=%20", "b" to "{}"),
                    "{}" to emptyMap(),
                )
                .forEach { (text, expected) ->
                    val warned = mutableListOf<String>()
                    withClue(text) {
                        HeaderSet.parse(Found(text, source), Warnings(warned::add)).values shouldBe
                            expected
                        warned shouldHaveSize 0
                    }
                }
        }

        "what cannot be read is left out with a warning that shows nothing of it" {
            mapOf(
                    "s3cret" to "Header 1 of",
                    "s3cret=" to "Header 1 of",
                    "=s3cret" to "Header 1 of",
                    "a=s3cret%zz" to "Header 1 of",
                    "s3 cret=1" to "Header 1 of",
                    "host=s3cret" to "only the HTTP engine may set",
                    "Accept-Encoding=s3cret" to "only the HTTP engine may set",
                    """{"a":{"s3cret":1}}""" to "Header 1 of",
                    """{"a":["s3cret"]}""" to "Header 1 of",
                    """{"s3 cret":"1"}""" to "Header 1 of",
                    """{"content-LENGTH":"s3cret"}""" to "only the HTTP engine may set",
                    """{"a":s3cret""" to "not a JSON object",
                    """{s3cret}""" to "not a JSON object",
                )
                .forEach { (text, expected) ->
                    val warned = mutableListOf<String>()
                    withClue(text) {
                        HeaderSet.parse(Found(text, source), Warnings(warned::add)).values shouldBe
                            emptyMap()
                        warned shouldHaveSize 1
                        warned.single() shouldContain expected
                        warned.single() shouldContain "PHOENIX_CLIENT_HEADERS"
                        warned.single() shouldNotContain "cret"
                    }
                }
        }

        "a good header beside a bad one is kept" {
            HeaderSet.parse(Found("bad,a=1", source), Warnings {}).values shouldBe mapOf("a" to "1")
        }

        "a value that could smuggle in another header is refused without being shown" {
            listOf(
                    "a=s3cret%0D%0Ax: y",
                    "a=s3cret%00",
                    "a=s3cret%C3%BC",
                    """{"a":"s3cret\r\nx: y"}""",
                    "a=s3cret%FF",
                )
                .forEach { text ->
                    withClue(text) {
                        val refusal =
                            shouldThrow<IllegalArgumentException> {
                                HeaderSet.parse(Found(text, source), Warnings {})
                            }
                        refusal.message shouldContain "Header 1 of PHOENIX_CLIENT_HEADERS"
                        refusal.stackTraceToString() shouldNotContain "s3cret"
                    }
                }
        }

        "a header that changes how bodies are encoded or connections are kept is refused" {
            for (name in
                listOf(
                    "Accept-Encoding",
                    "Content-Encoding",
                    "Keep-Alive",
                    "Proxy-Connection",
                    "TE",
                    "Trailer",
                )) {
                withClue(name) {
                    shouldThrow<IllegalArgumentException> {
                            HeaderSet.explicit(mapOf(name to "gzip"), Source("it"))
                        }
                        .message shouldContain "only the HTTP engine may set"
                }
            }
        }

        "an explicit header is checked as it is" {
            mapOf(
                    mapOf("x a" to "1") to "has an invalid name",
                    mapOf("x\r\n" to "1") to "has an invalid name",
                    mapOf("Content-Length" to "1") to "only the HTTP engine may set",
                    mapOf("x-a" to "1\n") to "The header x-a of it has a character at position 2",
                )
                .forEach { (headers, expected) ->
                    withClue(headers) {
                        shouldThrow<IllegalArgumentException> {
                                HeaderSet.explicit(headers, Source("it"))
                            }
                            .message shouldContain expected
                    }
                }
        }
    })
