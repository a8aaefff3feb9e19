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
  /** Their documentation is that of Object, which Dokka does not see. */
  private static final Pattern OF_OBJECT =
      Pattern.compile("Undocumented: .*/(toString|equals|hashCode)/#.*");

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
          if (matters && !OF_OBJECT.matcher(message).matches()) {
            warnings.add(configuration.getFileName() + ": " + message);
          }
        });
    dokka.generate();
  }
}
