package io.github.phoenixkt.support;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Runs a program in a JVM of its own, and fails if it does not end within five minutes. */
public final class ChildJvm {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private ChildJvm() {}

  /**
   * How a program ended.
   *
   * @param exitCode its exit code
   * @param output what it printed, errors included
   */
  public record Ended(int exitCode, String output) {}

  /** Runs {@code mainClass} with this JVM's class path. */
  public static Ended run(String mainClass, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    return run(java(mainClass, System.getProperty("java.class.path"), options, arguments));
  }

  /**
   * Runs {@code mainClass} with the parts of the class path whose file names {@code kept} takes.
   */
  public static Ended run(String mainClass, Predicate<String> kept, String... arguments)
      throws IOException, InterruptedException {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> kept.test(Path.of(entry).getFileName().toString()))
            .collect(Collectors.joining(File.pathSeparator));
    return run(java(mainClass, classPath, List.of(), arguments));
  }

  /** The command that runs {@code mainClass} in a small JVM that starts fast. */
  public static List<String> java(
      String mainClass, String classPath, List<String> options, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs any command to its end. */
  public static Ended run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("child", ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended) {
        throw new AssertionError("The program does not end: " + text);
      }
      return new Ended(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
      Files.deleteIfExists(output);
    }
  }
}
