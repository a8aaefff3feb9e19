package io.github.phoenixkt.proof

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.TargetKind
import io.github.phoenixkt.contract.ContractServer
import io.github.phoenixkt.contract.RealServer
import io.github.phoenixkt.contract.contractClient
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty

/** Several calls of one JVM that write the same keys, on one database. */
abstract class KeysInFlightProofSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var races: KeyRaces
        lateinit var client: PhoenixClient
        lateinit var observer: PhoenixClient

        beforeSpec {
            if (server.missing == null) {
                observer = observerOf(server.endpoint)
                val corpus = Corpus(server.endpoint).record(observer)
                races = KeyRaces(corpus, observer)
                client = PhoenixClient {
                    environment = PhoenixEnvironment(emptyMap())
                    endpoint = server.endpoint
                    project = corpus.project
                }
            }
        }
        afterSpec {
            if (server.missing == null) {
                client.close()
                observer.close()
            }
        }

        for (targetKind in TargetKind.entries) {
            test("a confirmed value follows a queued one of the same key on level $targetKind") {
                races.queuedThenConfirmed(client, targetKind, keys = 20).shouldBeEmpty()
            }
        }

        test("a confirmed value follows a queued one also where the project is not known") {
            contractClient(server.endpoint).use {
                races.queuedThenConfirmed(it, TargetKind.SPAN, keys = 10).shouldBeEmpty()
            }
        }

        test("calls on keys of a running upload come before its rows or after, and stay") {
            races.addsDuringAnUpload(rows = 4_000, calls = 150).shouldBeEmpty()
        }

        test("what is reported is stored where windows of earlier uploads are not acknowledged") {
            races
                .uploadsWithoutAcknowledgement(
                    keys = 1_000,
                    uploads = 3,
                    window = 400,
                    others = listOf(2_000),
                )
                .shouldBeEmpty()
        }
    })

class RealKeysInFlightProofSpec : KeysInFlightProofSpec(RealServer(RealPhoenix.SQLITE))

class RealPostgresKeysInFlightProofSpec : KeysInFlightProofSpec(RealServer(RealPhoenix.POSTGRESQL))
