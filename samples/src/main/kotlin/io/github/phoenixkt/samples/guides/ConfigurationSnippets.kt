package io.github.phoenixkt.samples.guides

import io.github.phoenixkt.PhoenixClient
import io.github.phoenixkt.PhoenixListener
import io.github.phoenixkt.RequestEvent
import java.net.InetSocketAddress
import java.net.Proxy
import java.time.Duration
import java.util.concurrent.atomic.AtomicLong
import javax.net.ssl.SSLContext

// What docs/configuration.md shows, between the marks; a test compares the two and runs this.

fun configured(currentKey: () -> String, trust: SSLContext): PhoenixClient {
    // begin settings
    val client = PhoenixClient {
        endpoint = "https://phoenix.example.com/s/team"
        apiKey { currentKey() } // called for every request, so that the key can change
        project = "chatbot"
        headers = mapOf("X-Team" to "search")
        timeouts { request = Duration.ofSeconds(20) }
        retry { maxAttempts = 6 }
        proxy = Proxy(Proxy.Type.HTTP, InetSocketAddress("proxy.example.com", 3128))
        proxyCredentials("user", "password")
        sslContext = trust
    }
    // end settings
    return client
}

suspend fun hurried(client: PhoenixClient, spanId: String) {
    // begin options
    val hurried = client.withOptions { timeout = Duration.ofSeconds(2) }
    hurried.spans.addSpanAnnotation(spanId, "correctness", label = "correct")
    // end options
}

fun counted(url: String, failures: AtomicLong): PhoenixClient {
    // begin listener
    val client = PhoenixClient {
        endpoint = url
        listener =
            object : PhoenixListener {
                override fun onRequest(event: RequestEvent) {
                    if (event.failure != null) failures.incrementAndGet()
                }
            }
    }
    // end listener
    return client
}
