package io.github.phoenixkt.dataframe.reading

import io.github.phoenixkt.dataframe.TestServer
import io.github.phoenixkt.dataframe.realWithOfficialClient
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan

/** 3,000 spans in 200 sessions, and 30 spans without one. */
private const val SESSIONS = 200

/**
 * Each reader finds all that was exported over OTLP, and each of it once; the figures of the
 * sessions are those of pandas.
 */
class RealReadingProofSpec :
    FunSpec({
        val server = TestServer.realWithOfficialClient()
        extension(SkipWithoutServer { server.missing })
        lateinit var project: Project

        beforeSpec {
            if (server.missing != null) return@beforeSpec
            project = Project(server.endpoint, Exported(SESSIONS))
            project.exported.export(server.endpoint, project.kotlin)
        }
        afterSpec { if (server.missing == null) project.close() }

        for (reader in READERS) {
            test(reader.name) {
                val (found, problems) = reader.check(project)
                problems.shouldBeEmpty()
                found shouldBeGreaterThan 0
            }
        }

        test("the figures of each session, in every form, are those of pandas") {
            project.checkStatistics()
        }

        test("what is missing, repeated or foreign is told") {
            differences(listOf("a", "b", "c"), listOf("c", "a", "c", "x"))
                .shouldContainExactly(
                    "1 missing, for instance b",
                    "1 found more than once, for instance c",
                    "1 never exported, for instance x",
                )
        }
    })
