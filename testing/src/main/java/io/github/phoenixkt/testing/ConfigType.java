package io.github.phoenixkt.testing;

import org.jspecify.annotations.Nullable;

/** The three forms of an annotation config. */
enum ConfigType {
  CATEGORICAL("CategoricalAnnotationConfig"),
  CONTINUOUS("ContinuousAnnotationConfig"),
  FREEFORM("FreeformAnnotationConfig");

  final String globalIdType;

  ConfigType(String globalIdType) {
    this.globalIdType = globalIdType;
  }

  /** The row number when the id is that of a config, whatever its type. */
  static @Nullable Long row(@Nullable GlobalId id) {
    if (id != null) {
      for (ConfigType type : values()) {
        if (type.globalIdType.equals(id.type())) {
          return id.row();
        }
      }
    }
    return null;
  }
}
