package io.github.phoenixkt

import io.github.phoenixkt.annotations.AnnotationQuery
import io.github.phoenixkt.spans.SpansResource
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.lang.reflect.InvocationHandler
import java.lang.reflect.Proxy
import java.time.Duration
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.toList

/** The example of [PhoenixClient]. */
private class Audited(private val client: PhoenixClient) : PhoenixClient by client {
    val deleted = mutableListOf<String>()

    override val spans: SpansResource =
        object : SpansResource by client.spans {
            override suspend fun delete(spanId: String) {
                deleted += spanId
                client.spans.delete(spanId)
            }
        }
}

class DecoratedClientSpec :
    FunSpec({
        test("a decorator changes one function and passes on the others") {
            val server = MockPhoenix()
            val client = Audited(server.client())

            client.spans.delete("s1")
            client.spans.addSpanAnnotation("s2", "tone", label = "calm")
            client.traces.delete("t1")

            client.deleted shouldContainExactly listOf("s1")
            server.lines shouldContainExactly
                listOf(
                    "DELETE /v1/spans/s1",
                    "POST /v1/span_annotations",
                    "DELETE /v1/traces/t1",
                )
        }

        test("a decorator shares the options and the life of its client") {
            val client = MockPhoenix().client()
            val view = Audited(client.withOptions { pageSize = 7 })

            view.options.pageSize shouldBe 7
            val both = view.withOptions { timeout = Duration.ofSeconds(5) }.options
            both.pageSize shouldBe 7
            both.timeout shouldBe Duration.ofSeconds(5)
            client.options.pageSize shouldBe null

            view.close()
            runCatching { client.projects.get("p") }.exceptionOrNull()!!::class shouldBe
                IllegalStateException::class
        }

        test("a form with a body is inherited, so that a mock needs only the form it calls") {
            val queries = mutableListOf<AnnotationQuery>()
            val handler = InvocationHandler { proxy, method, arguments ->
                when {
                    method.isDefault -> InvocationHandler.invokeDefault(proxy, method, *arguments)
                    method.name == "getSpanAnnotations" -> {
                        queries += arguments[0] as AnnotationQuery
                        emptyFlow<Any>()
                    }
                    else -> error("not expected: $method")
                }
            }
            val spans =
                Proxy.newProxyInstance(
                    SpansResource::class.java.classLoader,
                    arrayOf(SpansResource::class.java),
                    handler,
                ) as SpansResource

            spans.getSpanAnnotations(spanIds = listOf("s1")).toList().shouldBeEmpty()

            queries.map { it.ids } shouldContainExactly listOf(listOf("s1"))
        }
    })
