package io.github.phoenixkt.transport

import io.github.phoenixkt.isolatedClient
import kotlinx.coroutines.runBlocking

/** A program that leaves its client open. */
fun main(args: Array<String>) {
    val client = isolatedClient { endpoint = args.single() }
    runBlocking { println("found ${client.projects.get("p")}") }
}
