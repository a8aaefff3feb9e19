/** Reads from Phoenix. Not for applications: it may change in any release. */
@NullMarked
package io.github.phoenixkt.spark.read;

import org.jspecify.annotations.NullMarked;
