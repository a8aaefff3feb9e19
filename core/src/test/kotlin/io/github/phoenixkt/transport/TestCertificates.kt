package io.github.phoenixkt.transport

import io.github.phoenixkt.support.ChildJvm
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager

private const val PASSWORD = "changeit"

/** Keys made for this run alone, by the JDK's own keytool. */
class TestCertificates private constructor(subjectAlternativeName: String) {
    private val file: Path =
        Files.createTempDirectory("phoenix-kt-tls").resolve("keys.p12").also {
            it.toFile().deleteOnExit()
            it.parent.toFile().deleteOnExit()
            val made =
                ChildJvm.run(
                    listOf(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()) +
                        "-genkeypair -alias server -keyalg EC -groupname secp256r1 -validity 2"
                            .split(' ') +
                        "-dname CN=phoenix-kt-test -storetype PKCS12 -storepass $PASSWORD"
                            .split(' ') +
                        listOf("-ext", "SAN=$subjectAlternativeName", "-keystore", "$it")
                )
            check(made.exitCode == 0) { made.output }
        }
    private val keys: KeyStore =
        KeyStore.getInstance("PKCS12").apply {
            Files.newInputStream(file).use { load(it, PASSWORD.toCharArray()) }
        }
    private val trust: TrustManagerFactory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply {
            init(
                KeyStore.getInstance("PKCS12").apply {
                    load(null, null)
                    setCertificateEntry("server", keys.getCertificate("server"))
                }
            )
        }

    val serverContext: SSLContext =
        context().apply {
            val factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm())
            factory.init(keys, PASSWORD.toCharArray())
            init(factory.keyManagers, null, null)
        }

    /** For a client that trusts the server's certificate, and no other. */
    val clientContext: SSLContext = context().apply { init(null, trust.trustManagers, null) }
    val trustManager: X509TrustManager = trust.trustManagers.single() as X509TrustManager

    /** For a JVM that trusts it. */
    val trustOptions: List<String> =
        listOf("-Djavax.net.ssl.trustStore=$file", "-Djavax.net.ssl.trustStorePassword=$PASSWORD")

    private fun context() = SSLContext.getInstance("TLS")

    companion object {
        val trusted: TestCertificates by lazy { TestCertificates("ip:127.0.0.1,dns:localhost") }
        val ofAnotherHost: TestCertificates by lazy { TestCertificates("dns:elsewhere.test") }
    }
}
