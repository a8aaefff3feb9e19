package io.github.phoenixkt.internal

/** Marks what only the modules of this library may use. It may change in any release. */
@MustBeDocumented
@Retention(AnnotationRetention.RUNTIME)
@RequiresOptIn("Only the modules of phoenix-kt may use this. It may change in any release.")
public annotation class InternalPhoenixApi
