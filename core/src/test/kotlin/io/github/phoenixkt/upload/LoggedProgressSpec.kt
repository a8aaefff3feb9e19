package io.github.phoenixkt.upload

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import java.time.Duration

class LoggedProgressSpec :
    FunSpec({
        test("the first request, then a line each ten seconds, and the end") {
            val lines = mutableListOf<String>()
            val progress = LoggedProgress { lines += it }
            listOf(100 to 1L, 200 to 2L, 900 to 10L, 1_000 to 11L, 1_500 to 20L, 2_000 to 21L)
                .forEach { (done, seconds) ->
                    progress.onProgress(
                        UploadProgress(done, failed = 0, 2_000, Duration.ofSeconds(seconds))
                    )
                }
            lines.map { it.substringBefore(" rows") } shouldContainExactly
                listOf("100 of 2000", "1000 of 2000", "2000 of 2000")
        }
    })
