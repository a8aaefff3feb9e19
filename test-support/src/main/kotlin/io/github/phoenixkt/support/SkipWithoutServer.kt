package io.github.phoenixkt.support

import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult

/** Skips every test, and says so in the report, as long as [missing] gives a reason. */
class SkipWithoutServer(private val missing: () -> String?) : TestCaseExtension {
    constructor(server: RealPhoenix) : this(server::missing)

    override suspend fun intercept(
        testCase: TestCase,
        execute: suspend (TestCase) -> TestResult,
    ): TestResult = missing()?.let { TestResult.Ignored(it) } ?: execute(testCase)
}
