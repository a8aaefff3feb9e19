package io.github.phoenixkt.dataframe

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.annotations.AnnotationRows
import io.github.phoenixkt.annotations.AnnotationsResource
import io.github.phoenixkt.testing.FakePhoenix
import io.github.phoenixkt.testing.FakeSpan
import io.github.phoenixkt.upload.UploadOptions
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

private class Counted(private val client: PhoenixClient) : PhoenixClient by client {
    val uploads = mutableListOf<Int>()

    override val annotations: AnnotationsResource =
        object : AnnotationsResource by client.annotations {
            override suspend fun upload(rows: AnnotationRows, options: UploadOptions) =
                client.annotations.upload(rows, options).also { uploads += rows.size }
        }
}

class DecoratedClientSpec :
    FunSpec({
        test("frames go through a decorator of the client") {
            val id = "%016x".format(1)
            val phoenix = FakePhoenix.start()
            phoenix.addSpan(FakeSpan.of(id))
            val client = Counted(clientOf(phoenix.endpoint().toString(), "default"))

            val frame = frameOf("span_id" to listOf(id), "label" to listOf("calm"))
            client.logEvaluations(SpanEvaluations("tone", frame)).single().complete shouldBe true
            client.uploads shouldContainExactly listOf(1)

            client.close()
            phoenix.close()
        }
    })
