package io.github.phoenixkt

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class FailureNamesSpec :
    FunSpec({
        test("every error has a name for metrics, that of its class") {
            val classes =
                PhoenixException::class.java.declaredClasses.filter {
                    PhoenixException::class.java.isAssignableFrom(it)
                }
            FAILURE_NAMES.mapKeys { it.key.java } shouldBe classes.associateWith { it.simpleName }
        }
    })
