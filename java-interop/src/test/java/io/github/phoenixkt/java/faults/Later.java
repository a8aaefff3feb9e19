package io.github.phoenixkt.java.faults;

import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.upload.UploadOptions;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

final class Later {
  private Later() {}

  static @Nullable Boolean mayHaveArrived(PhoenixException error) {
    try {
      return (Boolean) error.getClass().getMethod("getMayHaveArrived").invoke(error);
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  static @Nullable String noteIdentifier(PhoenixException error) {
    try {
      return (String) error.getClass().getMethod("getNoteIdentifier").invoke(error);
    } catch (ReflectiveOperationException e) {
      Matcher m =
          Pattern.compile("identifier is \"([^\"]+)\"").matcher(String.valueOf(error.getMessage()));
      return m.find() ? m.group(1) : null;
    }
  }

  static void outageTolerance(UploadOptions.Builder options, Duration time) {
    try {
      UploadOptions.Builder.class
          .getMethod("outageTolerance", Duration.class)
          .invoke(options, time);
    } catch (ReflectiveOperationException e) {
      // not there yet
    }
  }
}
