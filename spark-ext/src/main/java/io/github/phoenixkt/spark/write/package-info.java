/** Writes to Phoenix. Not for applications: it may change in any release. */
@NullMarked
package io.github.phoenixkt.spark.write;

import org.jspecify.annotations.NullMarked;
