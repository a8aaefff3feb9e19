package io.github.phoenixkt.internal

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class InTurnSpec :
    FunSpec({
        test("a listener that throws is told what follows, at once and later") {
            val told = mutableListOf<Int>()
            lateinit var steps: InTurn<Int>
            fun tell(step: Int) {
                steps.add(step)
                steps.tell()
            }
            steps = InTurn { step ->
                told += step
                if (step == 1) {
                    // As another thread does while the listener is called.
                    tell(2)
                    throw StackOverflowError("of the listener")
                }
            }
            shouldThrow<StackOverflowError> { tell(1) }.message shouldBe "of the listener"
            told shouldBe listOf(1, 2)
            tell(3)
            told shouldBe listOf(1, 2, 3)
        }
    })
