package io.github.phoenixkt.testing;

import java.util.Arrays;

/** The three forms of an annotation config. */
enum ConfigType {
  CATEGORICAL("CategoricalAnnotationConfig"),
  CONTINUOUS("ContinuousAnnotationConfig"),
  FREEFORM("FreeformAnnotationConfig");

  final String globalIdType;

  ConfigType(String globalIdType) {
    this.globalIdType = globalIdType;
  }

  /** Whether the id is that of a config, whatever its type. */
  static boolean isConfig(GlobalId id) {
    return Arrays.stream(values()).anyMatch(type -> type.globalIdType.equals(id.type()));
  }
}
