package io.github.phoenixkt.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The opaque ids of Phoenix: base64 of {@code Type:rowNumber}. */
record GlobalId(String type, String node) {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  static String encode(String type, long row) {
    return Base64.getEncoder().encodeToString((type + ":" + row).getBytes(StandardCharsets.UTF_8));
  }

  /** Null when the text is not base64 of something with a colon. Neither part need make sense. */
  static @Nullable GlobalId decode(String text) {
    byte[] bytes = lenientBase64(text);
    if (bytes == null) {
      return null;
    }
    String plain;
    try {
      plain = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
    int colon = plain.indexOf(':');
    return colon < 0 ? null : new GlobalId(plain.substring(0, colon), plain.substring(colon + 1));
  }

  /** Python skips what is not in the alphabet and stops after the padding. */
  private static byte @Nullable [] lenientBase64(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int digits = 0;
    int pads = 0;
    int bits = 0;
    for (char c : text.toCharArray()) {
      int digit = ALPHABET.indexOf(c);
      if (c == '=') {
        if (digits >= 2 && digits + ++pads >= 4) {
          return bytes.toByteArray();
        }
      } else if (digit >= 0) {
        pads = 0;
        bits = bits << 6 | digit;
        if (digits > 0) {
          // Two, four and six bits are left over after the second, third and fourth digit.
          bytes.write(bits >> 6 - 2 * digits);
        }
        digits = (digits + 1) % 4;
      }
    }
    return digits == 0 ? bytes.toByteArray() : null;
  }

  /** Null when the id does not hold a number. */
  @Nullable BigInteger number() {
    return Numbers.python(node);
  }
}
