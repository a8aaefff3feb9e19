package io.github.phoenixkt.internal

/** Shared by the modules of this library and by nobody else: it may change in any release. */
@MustBeDocumented
@Retention(AnnotationRetention.RUNTIME)
@RequiresOptIn("This belongs to the modules of phoenix-kt and may change in any release.")
public annotation class InternalPhoenixApi
