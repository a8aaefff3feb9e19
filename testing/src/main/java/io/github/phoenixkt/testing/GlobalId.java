package io.github.phoenixkt.testing;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opaque ids of Phoenix: standard base64 of {@code Type:rowNumber}. */
record GlobalId(String type, long row) {

  static String encode(String type, long row) {
    return Base64.getEncoder().encodeToString((type + ":" + row).getBytes(StandardCharsets.UTF_8));
  }

  /** The id, or null when the text is none. */
  static @Nullable GlobalId decode(String text) {
    try {
      String plain = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
      int colon = plain.indexOf(':');
      return colon < 1
          ? null
          : new GlobalId(plain.substring(0, colon), Long.parseLong(plain.substring(colon + 1)));
    } catch (IllegalArgumentException notBase64OrNotANumber) {
      return null;
    }
  }

  /** True for base64 of anything with a colon, whether it names a row or not. */
  static boolean hasForm(String text) {
    try {
      return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).contains(":");
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  /** The row number when the text is an id of this type, else null. */
  static @Nullable Long row(String type, String text) {
    GlobalId id = decode(text);
    return id != null && id.type.equals(type) ? id.row : null;
  }
}
