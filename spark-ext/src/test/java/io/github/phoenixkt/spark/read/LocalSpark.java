package io.github.phoenixkt.spark.read;

import org.apache.spark.sql.SparkSession;

/** One local Spark for all tests of this JVM, because each takes seconds to start. */
final class LocalSpark {
  private LocalSpark() {}

  static SparkSession get() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("phoenix-kt")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
  }
}
