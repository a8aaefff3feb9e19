package io.github.phoenixkt.proof

import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import kotlin.time.Duration.Companion.seconds

/** The short form of `scripts/proof outage`, on a Phoenix of its own. */
class RealOutageProofSpec :
    FunSpec({
        extension(SkipWithoutServer { RealPhoenix.SQLITE.missing() })

        test("what was accepted while Phoenix was stopped or killed is stored once") {
            proveOutage(OutagePlan(outage = 20.seconds, up = 3.seconds, kills = 1)).shouldBeEmpty()
        }
    })
