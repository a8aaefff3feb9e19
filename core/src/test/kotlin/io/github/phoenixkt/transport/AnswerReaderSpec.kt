package io.github.phoenixkt.transport

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException

private fun answer(text: String, limit: Int = Int.MAX_VALUE - 1) =
    AnswerReader(text.toByteArray(Charsets.ISO_8859_1).inputStream(), limit).readAnswer()

private fun SocketAnswer.text() = answer.body!!.decodeToString()

class AnswerReaderSpec :
    FunSpec({
        test("any number of small chunks is one answer") {
            val chunks = "1\r\nx\r\n".repeat(200_000)
            answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n")
                .text()
                .length shouldBe 200_000
        }

        test("chunks may have extensions and trailers") {
            answer(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\nok\r\n0\r\nX: y\r\n\r\n"
                )
                .text() shouldBe "ok"
        }

        for (status in listOf("204 No Content", "304 Not Modified")) {
            test("$status has no body, even if its head says so") {
                answer("HTTP/1.1 $status\r\nTransfer-Encoding: chunked\r\n\r\n").text() shouldBe ""
            }
        }

        test("a head that does not end is refused") {
            shouldThrow<IOException> { answer("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(100_000)) }
            shouldThrow<IOException> {
                answer(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" +
                        "X: y\r\n".repeat(100_000)
                )
            }
        }

        test("a header may go on in the next line, and what is no header is passed over") {
            val answer =
                answer(
                        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nno name\r\nB C: d\r\nContent-Length: 0\r\n\r\n"
                    )
                    .answer
            answer.headers["A"] shouldBe "b c"
            for (name in listOf("no name", "B C", "C", "")) answer.headers[name] shouldBe null
        }

        test("the reason may have any character, or be left out") {
            answer("HTTP/1.1 403 Nicht erlaubt \u0085\r\nContent-Length: 0\r\n\r\n")
                .answer
                .status shouldBe 403
            answer("HTTP/1.1 204\r\n\r\n").answer.status shouldBe 204
        }

        for (length in listOf("+5", "-1", "x", "5\r\nContent-Length: 6", "99999999999999999999")) {
            test("a length of '$length' is refused") {
                shouldThrow<IOException> {
                    answer("HTTP/1.1 200 OK\r\nContent-Length: $length\r\n\r\n123456")
                }
            }
        }

        test("the same length twice is one length") {
            answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")
                .text() shouldBe "ok"
        }

        test("an answer that ends early is refused, wherever it ends") {
            val whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            for (end in whole.indices) shouldThrow<IOException> { answer(whole.take(end)) }
            val chunked =
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
            for (end in chunked.indices) shouldThrow<IOException> { answer(chunked.take(end)) }
        }
    })
