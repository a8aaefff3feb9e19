package io.github.phoenixkt.upload

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe

/** A third more than it takes, so that what is added by mistake shows. */
private const val BYTES_PER_WRITTEN_ROW = 1_450.0
private const val BYTES_PER_READ_ROW = 6_400.0

/** What rows cost, in numbers that do not depend on the machine. */
class UploadCostSpec :
    FunSpec({
        test("a confirmed row allocates little: it is encoded once, and its key is built twice") {
            val layer = LayerCost(rows = 5_000)
            val costs = List(8) { layer.ofWriting() }
            // Other threads may have allocated meanwhile.
            costs.min() shouldBeLessThan BYTES_PER_WRITTEN_ROW
        }

        test("a row that is read allocates little") {
            val layer = LayerCost(rows = 5_000)
            val costs = List(8) { layer.ofReading() }
            costs.min() shouldBeLessThan BYTES_PER_READ_ROW
        }

        test("rows of few targets are read back with far fewer requests than there are rows") {
            val model = PhoenixModel()
            val rows =
                (0 until 10_000).map { row(it / 100, "l$it", identifier = "run ${it % 100}") }
            val report = model.client.annotations.upload(rows)
            report.counts() shouldBe mapOf("Stored" to rows.size)
            val (reads, writes) = model.server.requests.partition { it.method == "GET" }
            writes.size shouldBe 100
            reads.size shouldBeLessThanOrEqual rows.size / 250
        }

        test("rows of many targets are read back by as many as fit a request") {
            val model = PhoenixModel()
            val rows = (0 until 5_000).map { row(it) }
            model.client.annotations.upload(rows).complete shouldBe true
            val reads = model.server.requests.count { it.method == "GET" }
            // Two looks for each window and one for the project.
            reads shouldBeLessThanOrEqual rows.size / 220 + 2 * 2 + 1
        }
    })
