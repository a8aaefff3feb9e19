package io.github.phoenixkt.projects

import io.github.phoenixkt.MockPhoenix
import io.github.phoenixkt.json
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.util.Base64

class ProjectNamesSpec :
    FunSpec({
        mapOf(
                " \u00A0" to "The name of the project is blank",
                "a/b" to "could not be found by its name",
                ".." to "could not be found by its name",
                Base64.getEncoder().encodeToString("Project:7".encodeToByteArray()) to "Project:7",
                "a\ud83d" to "surrogate",
                "a\u0000" to "NUL",
            )
            .forEach { (name, reason) ->
                test("a project of the name ${name.map { it.code }} is not created: $reason") {
                    val server = MockPhoenix()
                    val projects = server.client().projects
                    shouldThrow<IllegalArgumentException> { projects.create(name) }
                        .message shouldContain reason
                    shouldThrow<IllegalArgumentException> { projects.ensure(name) }
                        .message shouldContain reason
                    server.requests.shouldBeEmpty()
                }
            }

        test("a description that Phoenix cannot store is refused") {
            val server = MockPhoenix()
            val projects = server.client().projects
            shouldThrow<IllegalArgumentException> { projects.create("p", "\ud83d") }
                .message shouldContain "description"
            shouldThrow<IllegalArgumentException> { projects.update("p", "a\u0000") }
                .message shouldContain "description"
            server.requests.shouldBeEmpty()
        }

        test("the name of a project is trimmed") {
            val server = MockPhoenix { json("""{"data":{"id":"P","name":"p"}}""") }
            server.client().projects.ensure(" p\u00A0").name shouldBe "p"
            server.lines shouldBe listOf("GET /v1/projects/p")
        }
    })
