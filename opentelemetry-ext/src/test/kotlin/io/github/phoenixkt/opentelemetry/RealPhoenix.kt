package io.github.phoenixkt.opentelemetry

import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult

/** A real Phoenix that `scripts/phoenix run` has started; without one, tests are skipped. */
object RealPhoenix : TestCaseExtension {
    private const val VARIABLE = "PHOENIX_TEST_ENDPOINT"

    val endpoint: String
        get() = System.getenv(VARIABLE).orEmpty()

    override suspend fun intercept(
        testCase: TestCase,
        execute: suspend (TestCase) -> TestResult,
    ): TestResult =
        if (endpoint.isBlank())
            TestResult.Ignored("$VARIABLE is not set: no real Phoenix to test against")
        else execute(testCase)
}
