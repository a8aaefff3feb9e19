@file:JvmName("IndexLimit")

package io.github.phoenixkt.internal

/**
 * How many bytes an entry of an index can surely have. PostgreSQL ends at some 2,690. Phoenix
 * accepts what is longer, and loses it.
 */
@InternalPhoenixApi public const val MOST_INDEXED_BYTES: Int = 2_600
