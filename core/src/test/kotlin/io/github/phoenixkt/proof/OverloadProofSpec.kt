package io.github.phoenixkt.proof

import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty

/** The short form of `scripts/proof overload`. */
class RealOverloadProofSpec :
    FunSpec({
        extension(SkipWithoutServer(RealPhoenix.POSTGRESQL))

        test("what a queue accepts beside the uploads of other processes is stored once") {
            proveOverload(RealPhoenix.POSTGRESQL.endpoint(), programs = 2, rows = 3_000)
                .shouldBeEmpty()
        }
    })
