package io.github.phoenixkt.testing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version the fake claims to be, and so what it can do. */
record ServerVersion(String text, int major, int minor, int patch) {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,9})(?!\\d)[\\x20-\\x7e]*");

  static ServerVersion of(String text) {
    Matcher matcher = FORM.matcher(Arguments.present("version", text));
    Arguments.require(
        matcher.matches(), "version must have the form 20.26.1, but is \"" + text + "\".");
    return new ServerVersion(
        text,
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  boolean has(String since) {
    ServerVersion other = of(since);
    if (major != other.major) {
      return major > other.major;
    }
    return minor != other.minor ? minor > other.minor : patch >= other.patch;
  }
}
