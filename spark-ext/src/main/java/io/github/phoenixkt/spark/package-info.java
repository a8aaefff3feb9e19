/**
 * A Spark data source for Arize Phoenix: {@code spark.read().format("phoenix")} and {@code
 * df.write().format("phoenix")}.
 */
@NullMarked
package io.github.phoenixkt.spark;

import org.jspecify.annotations.NullMarked;
