package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixEnvironment
import io.github.phoenixkt.annotations.annotationQuery
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.testing.Fault
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe

private val IDS = List(150) { "%016x".format(it) }

private fun limits(phoenix: FakePhoenix) = phoenix.requests().flatMap { it.query("limit") }

class ReadSizesSpec :
    FunSpec({
        lateinit var phoenix: FakePhoenix
        lateinit var client: PhoenixClient

        beforeTest {
            phoenix = FakePhoenix.start()
            IDS.forEach { phoenix.addSpan(FakeSpan.of(it)) }
            client = PhoenixClient {
                environment = PhoenixEnvironment.empty()
                endpoint = "${phoenix.endpoint()}"
            }
        }

        afterTest {
            client.close()
            phoenix.close()
        }

        test("a frame of spans has each once where pages are too much for a proxy") {
            phoenix.failNext(
                Fault.status(504)
                    .`when` { it.query("limit").any { size -> size.toInt() > 100 } }
                    .times(100)
            )
            val spans = client.spans.getSpansDataframe()
            spans["context.span_id"].toList() shouldContainExactlyInAnyOrder IDS
            limits(phoenix) shouldContainExactly
                listOf("1000", "500", "250", "125", "62", "62", "62")
        }

        test("a frame in pages of the caller's size") {
            client.withOptions { pageSize = 60 }.spans.getSpansDataframe().rowsCount() shouldBe 150
            limits(phoenix) shouldContainExactly listOf("60", "60", "60")
        }

        test("an empty list of names is none, one of ids is an empty frame") {
            client.spans.addSpanAnnotation(IDS[0], "tone", label = "calm", sync = true)
            val spans = client.spans
            spans
                .getSpanAnnotationsDataframe(IDS.take(1), includeAnnotationNames = emptyList())
                .rowsCount() shouldBe 1
            val one = annotationQuery {
                ids = IDS.take(1)
                includeAnnotationNames = emptyList()
            }
            spans.getSpanAnnotationsDataframe(one).rowsCount() shouldBe 1
            spans.getSpanAnnotationsDataframe(emptyList<String>()).rowsCount() shouldBe 0
        }
    })
