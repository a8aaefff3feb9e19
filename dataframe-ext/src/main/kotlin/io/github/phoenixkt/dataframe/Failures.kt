package io.github.phoenixkt.dataframe

import io.github.phoenixkt.internal.forMessage
import io.github.phoenixkt.internal.presentOrNull

/** What code of the caller threw, on one line. Its message is such code, too, and may throw. */
internal fun describe(failure: Throwable, longest: Int): String {
    val type = failure.javaClass
    return listOfNotNull(type.simpleName.ifEmpty { type.name }, messageOf(failure))
        .joinToString(": ")
        .forMessage(longest)
}

private fun messageOf(failure: Throwable): String? =
    try {
        failure.message.presentOrNull()
    } catch (@Suppress("TooGenericExceptionCaught") _: RuntimeException) {
        null
    } catch (_: StackOverflowError) {
        null
    }
