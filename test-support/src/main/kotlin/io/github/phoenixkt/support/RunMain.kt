package io.github.phoenixkt.support

/** [ChildJvm.run] with Kotlin's parameters. */
fun runMain(mainClass: String, vararg args: String, options: List<String> = emptyList()) =
    ChildJvm.run(mainClass, options, *args)
