package io.github.phoenixkt.transport

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.ktor.client.engine.cio.CIO
import java.net.URLClassLoader
import java.nio.file.Files
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CoroutineName

/** Found as a service. */
class NamedExchanges : ExchangeContextProvider {
    override val context: CoroutineContext = CoroutineName("exchange")
}

class ExchangeContextsSpec :
    FunSpec({
        fun loader(service: String): ClassLoader {
            val folder = tempdir().toPath()
            val services = Files.createDirectories(folder.resolve("META-INF/services"))
            Files.writeString(services.resolve(ExchangeContextProvider::class.java.name), service)
            return URLClassLoader(
                arrayOf(folder.toUri().toURL()),
                ExchangeContextProvider::class.java.classLoader,
            )
        }

        test("without a provider exchanges run where they are called, and engines as they are") {
            exchangeContext shouldBe EmptyCoroutineContext
            CIO.create().use { it.within(exchangeContext) shouldBeSameInstanceAs it }
        }

        test("a provider's context is that of the engine's coroutines") {
            val context = exchangeContext(loader(NamedExchanges::class.java.name))
            context shouldBe CoroutineName("exchange")
            CIO.create().use {
                val engine = it.within(context)
                engine.coroutineContext[CoroutineName] shouldBe CoroutineName("exchange")
                engine.supportedCapabilities shouldBe it.supportedCapabilities
            }
        }

        test("a provider that cannot be loaded is no reason to fail") {
            exchangeContext(loader("no.such.Provider")) shouldBe EmptyCoroutineContext
        }
    })
