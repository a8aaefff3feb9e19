package io.github.phoenixkt.contract

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixException
import io.github.phoenixkt.annotations.SpanAnnotationData
import io.github.phoenixkt.configs.AnnotationConfig
import io.github.phoenixkt.configs.CategoricalAnnotationConfig
import io.github.phoenixkt.configs.CategoricalValue
import io.github.phoenixkt.configs.ContinuousAnnotationConfig
import io.github.phoenixkt.configs.FreeformAnnotationConfig
import io.github.phoenixkt.configs.OptimizationDirection
import io.github.phoenixkt.configs.categoricalAnnotationConfig
import io.github.phoenixkt.configs.continuousAnnotationConfig
import io.github.phoenixkt.configs.freeformAnnotationConfig
import io.github.phoenixkt.support.RealPhoenix
import io.github.phoenixkt.support.SkipWithoutServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.booleans.shouldBeFalse
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.flow.single
import kotlinx.coroutines.flow.toList

/** What the client promises of annotation configs and of projects, on one server. */
abstract class ConfigAndProjectContractSpec(server: ContractServer) :
    FunSpec({
        extension(SkipWithoutServer { server.missing })
        lateinit var client: PhoenixClient

        beforeTest { client = contractClient(server.endpoint) }
        afterTest { client.close() }

        fun quality() =
            categoricalAnnotationConfig(unique("quality")) {
                values =
                    listOf(
                        CategoricalValue("good", 1.0),
                        CategoricalValue("bad", 0.0),
                        CategoricalValue("unclear"),
                    )
                optimizationDirection = OptimizationDirection.MAXIMIZE
                description = "How good?"
            }

        test("a categorical config is created, read by name and by id, and deleted") {
            val created = client.annotationConfigs.create(quality())
            val config =
                client.annotationConfigs
                    .get(created.name)
                    .config
                    .shouldBeInstanceOf<CategoricalAnnotationConfig>()
            config.values shouldContainExactly
                listOf(
                    CategoricalValue("good", 1.0),
                    CategoricalValue("bad", 0.0),
                    CategoricalValue("unclear"),
                )
            config.optimizationDirection shouldBe OptimizationDirection.MAXIMIZE
            config.description shouldBe "How good?"
            client.annotationConfigs.get(created.id).name shouldBe created.name
            client.annotationConfigs.list().toList().map { it.id } shouldContain created.id
            client.annotationConfigs.delete(created.name)
            shouldThrow<PhoenixException.NotFound> { client.annotationConfigs.get(created.name) }
        }

        test("continuous and freeform configs keep their numbers") {
            val grade =
                client.annotationConfigs.create(
                    continuousAnnotationConfig(unique("grade")) {
                        lowerBound = 1.0
                        upperBound = 5.0
                        optimizationDirection = OptimizationDirection.MINIMIZE
                    }
                )
            val read =
                client.annotationConfigs
                    .get(grade.id)
                    .config
                    .shouldBeInstanceOf<ContinuousAnnotationConfig>()
            listOf(read.lowerBound, read.upperBound) shouldBe listOf(1.0, 5.0)
            val free =
                client.annotationConfigs.create(
                    freeformAnnotationConfig(unique("why")) {
                        threshold = 0.5
                        lowerBound = 0.0
                        upperBound = 1.0
                    }
                )
            client.annotationConfigs
                .get(free.id)
                .config
                .shouldBeInstanceOf<FreeformAnnotationConfig>()
                .threshold shouldBe 0.5
            val plain = client.annotationConfigs.create(freeformAnnotationConfig(unique("plain")))
            plain.config
                .shouldBeInstanceOf<FreeformAnnotationConfig>()
                .optimizationDirection shouldBe null
            listOf(grade, free, plain).forEach { client.annotationConfigs.delete(it.id) }
        }

        test("an update replaces the config whole, its type included, by name or by id") {
            val created = client.annotationConfigs.create(quality())
            val renamed: AnnotationConfig =
                continuousAnnotationConfig(unique("renamed")) { upperBound = 10.0 }
            val updated = client.annotationConfigs.update(created.name, renamed)
            updated.config.shouldBeInstanceOf<ContinuousAnnotationConfig>().upperBound shouldBe 10.0
            client.annotationConfigs.get(updated.id).name shouldBe renamed.name
            client.annotationConfigs.delete(updated.id)
        }

        test("a taken name is a conflict, and wrong configs are refused before they are sent") {
            val created = client.annotationConfigs.create(quality())
            shouldThrow<PhoenixException.Conflict> {
                client.annotationConfigs.create(freeformAnnotationConfig(created.name))
            }
            shouldThrow<IllegalArgumentException> {
                client.annotationConfigs.create(freeformAnnotationConfig("note"))
            }
            shouldThrow<IllegalArgumentException> {
                continuousAnnotationConfig("grade") {
                    lowerBound = 5.0
                    upperBound = 1.0
                }
            }
            shouldThrow<IllegalArgumentException> {
                categoricalAnnotationConfig("empty") { values = emptyList() }
            }
            client.annotationConfigs.delete(created.id)
        }

        test("configs are assigned to projects, taken away and replaced as a set") {
            val project = client.projects.create(unique("assign"))
            val (one, two) = List(2) { client.annotationConfigs.create(quality()) }
            client.annotationConfigs.assign(project.name, one.name)
            client.annotationConfigs.assign(project.id, one.id)
            client.annotationConfigs.list(project.name).single().id shouldBe one.id
            client.annotationConfigs.replace(project.name, listOf(two.name, one.id)).map {
                it.id
            } shouldContainExactlyInAnyOrder listOf(one.id, two.id)
            client.annotationConfigs.unassign(project.name, one.name)
            client.annotationConfigs.list(project.name).single().id shouldBe two.id
            client.annotationConfigs.replace(project.name, emptyList()).shouldBeEmpty()
            client.projects.delete(project.id)
        }

        test("an annotation is checked against the config of its name") {
            val created = client.annotationConfigs.create(quality())
            val good =
                client.annotationConfigs.check(
                    SpanAnnotationData(newSpanId(), created.name, label = "good")
                )
            good.annotation.score shouldBe 1.0
            val odd =
                client.annotationConfigs.check(
                    SpanAnnotationData(newSpanId(), created.name, label = "great")
                )
            odd.fits.shouldBeFalse()
            odd.problems.single().toString() shouldContain "good, bad, unclear"
            client.annotationConfigs.delete(created.id)
        }

        test("projects are created, ensured, listed, updated and deleted") {
            val name = unique("a project")
            val created = client.projects.create(name, "first")
            client.projects.get(name).id shouldBe created.id
            client.projects.get(created.id).description shouldBe "first"
            shouldThrow<PhoenixException.Conflict> { client.projects.create(name) }
            client.projects.ensure(name, "second").description shouldBe "first"
            val ensured = client.projects.ensure(unique("ensured"))
            client.projects.update(name, "third").description shouldBe "third"
            client.projects.list(nameContains = name.uppercase()).single().id shouldBe created.id
            client.projects.list().toList().map { it.id } shouldContain ensured.id
            client.projects.delete(name)
            client.projects.delete(ensured.id)
            shouldThrow<PhoenixException.NotFound> { client.projects.get(name) }
            shouldThrow<PhoenixException.NotFound> { client.projects.delete(name) }
            shouldThrow<PhoenixException.Forbidden> { client.projects.delete("default") }
        }

        test("projects with awkward names are reached by name, and those with a slash by id") {
            listOf("ü 50% ?&#+", "a.b").forEach { start ->
                val project = client.projects.create(unique(start))
                client.projects.get(project.name).id shouldBe project.id
                client.projects.delete(project.id)
            }
            shouldThrow<IllegalArgumentException> { client.projects.get("a/b") }
        }

        test("lists are paged") {
            val names = List(3) { client.projects.create(unique("paged")).name }
            val first = client.projects.listPage(nameContains = "paged-", limit = 2)
            val second =
                client.projects.listPage(
                    nameContains = "paged-",
                    cursor = first.nextCursor,
                    limit = 2,
                )
            (first.items + second.items).map { it.name }.take(3) shouldContainExactly
                names.reversed()
            names.forEach { client.projects.delete(it) }
        }
    })

class FakeConfigAndProjectContractSpec : ConfigAndProjectContractSpec(FakeServer())

class RealConfigAndProjectContractSpec :
    ConfigAndProjectContractSpec(RealServer(RealPhoenix.SQLITE))
