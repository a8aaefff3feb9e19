/**
 * No code: this module is for its dependencies. It names Ktor's client, coroutines, the JSON
 * library and SLF4J one level further from an application than phoenix-kt's other modules do. Where
 * versions differ, Maven takes the one that is nearest to the application; a server or a framework
 * that the application uses is nearer than this, whatever the order of its dependencies.
 */
package io.github.phoenixkt.http;
