/** The options of the data source. Not for applications: it may change in any release. */
@NullMarked
package io.github.phoenixkt.spark.options;

import org.jspecify.annotations.NullMarked;
