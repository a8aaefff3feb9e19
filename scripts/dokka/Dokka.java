import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.jetbrains.dokka.DokkaBootstrapImpl;

/**
 * Runs Dokka once for each configuration file among the arguments. Fails if it warns, for instance
 * of a public symbol without documentation.
 */
final class Dokka {
  /**
   * Whose documentation is that of the JDK, which Dokka does not see, and companions: what is in
   * them is documented.
   */
  private static final Pattern NEEDS_NONE =
      Pattern.compile("Undocumented: .*(/(toString|equals|hashCode|compareTo)/#.*|\\.Companion/ .*)");

  private Dokka() {}

  public static void main(String[] configurations) throws Exception {
    Queue<String> warnings = new ConcurrentLinkedQueue<>();
    try {
      for (String configuration : configurations) {
        run(Path.of(configuration), warnings);
      }
    } catch (Exception e) {
      e.printStackTrace();
      warnings.add(e.toString());
    }
    warnings.forEach(System.err::println);
    // Dokka leaves threads behind after a failure.
    System.exit(warnings.isEmpty() ? 0 : 1);
  }

  private static void run(Path configuration, Queue<String> warnings) throws Exception {
    DokkaBootstrapImpl dokka = new DokkaBootstrapImpl();
    dokka.configure(
        Files.readString(configuration),
        (level, message) -> {
          boolean matters = level.equals("warn") || level.equals("error");
          if (matters && !NEEDS_NONE.matcher(message).matches()) {
            warnings.add(configuration.getFileName() + ": " + message);
          }
        });
    dokka.generate();
  }
}
