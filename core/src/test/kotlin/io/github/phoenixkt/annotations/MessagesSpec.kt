package io.github.phoenixkt.annotations

import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.ReadProgress
import io.github.phoenixkt.internal.asMessage
import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.indexOfUnstorable
import io.github.phoenixkt.internal.textOf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.property.Arb
import io.kotest.property.arbitrary.int
import io.kotest.property.arbitrary.map
import io.kotest.property.checkAll
import java.math.BigInteger

class MessagesSpec :
    FunSpec({
        listOf(
                "plain, ü and 漢" to "plain, ü and 漢",
                "a tab\tand an emoji 👩‍🔧" to "a tab\tand an emoji 👩‍🔧",
                "C:\\new" to "C:\\new",
                "a\r\nb" to "a\\r\\nb",
                "\u001b[31mred\u007f\u009b" to "\\u001b[31mred\\u007f\\u009b",
                "a\u0085b\u2028c\u2029d" to "a\\u0085b\\u2028c\\u2029d",
                "\u202egpj\u202c\u2066x\u2069\u200f\u061c" to
                    "\\u202egpj\\u202c\\u2066x\\u2069\\u200f\\u061c",
                "\u0000 \ud83d x\ude00" to "\\u0000 \\ud83d x\\ude00",
            )
            .forEach { (text, shown) ->
                test("a message shows $shown") { text.forMessage() shouldBe shown }
            }

        test("a long text is shortened, and its length told") {
            "x".repeat(80).forMessage() shouldBe "x".repeat(80)
            "x".repeat(1 shl 20).forMessage() shouldBe "x".repeat(80) + "… (1,048,576 characters)"
        }

        test("no pair is cut in half, wherever the cut is") {
            val emoji = "😀".repeat(100)
            for (start in 0..1) {
                val shown = ("x".repeat(start) + emoji).forMessage()
                shown.indexOfUnstorable() shouldBe -1
                shown shouldContain "😀… (2"
                shown.contains("\\u") shouldBe false
            }
            (("x" + "😀".repeat(2_000)).asMessage()).indexOfUnstorable() shouldBe -1
        }

        test("whatever the text, it stays on its line and is bounded") {
            checkAll(500, Arb.int(0..0x10FFFF).map { Character.toString(it).repeat(120) }) {
                val shown = it.forMessage()
                shown.length shouldBeLessThanOrEqual 110
                shown.lines().size shouldBe 1
            }
        }

        test("a cursor of nothing but controls leaves room for what happened") {
            val error = PhoenixException.Unauthorized("The key was refused.")
            error.stopped(ReadProgress(1, "\u202e".repeat(1_000)))
            error.message.length shouldBeLessThanOrEqual 2_000
            error.message shouldContain "The key was refused."
            "text".asMessage(0) shouldBe "…"
        }

        test("of many texts a few are shown, and how many more there are") {
            listOf("a", "b\n").forMessage() shouldBe "a, b\\n"
            List(2_010) { "k$it" }.forMessage() shouldBe
                (0..9).joinToString { "k$it" } + " and 2,000 more"
        }

        test("a value that fails when it is asked for its text is told by its class") {
            textOf(
                object {
                    override fun toString() = error("mine")
                }
            ) shouldContain "MessagesSpec"
            textOf(BigInteger.ONE.shiftLeft(4_000_000)) shouldBe
                "a number of about 1,204,120 digits"
            textOf(listOf(1, "a")) shouldBe "[1, a]"
        }
    })
