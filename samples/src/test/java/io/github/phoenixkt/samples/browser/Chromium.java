package io.github.phoenixkt.samples.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.TakesScreenshot;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * The Chromium of this machine, driven by the driver that came with it. Nothing is fetched: what
 * Selenium would look for browsers with is not in the class path.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ChromeDriverService driver;
  private final WebDriver browser;

  private Chromium(ChromeDriverService driver, WebDriver browser) {
    this.driver = driver;
    this.browser = browser;
  }

  public static boolean isInstalled() {
    return inPath("chromium").isPresent() && inPath("chromedriver").isPresent();
  }

  /** A browser of its own: with a fresh profile, and without cookies. */
  public static Chromium start() {
    return start(900, 900);
  }

  /** With a window of this size. */
  public static Chromium start(int width, int height) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(inPath("chromium").orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // which root does not get
        "--disable-dev-shm-usage", // it is small in containers
        "--window-size=" + width + "," + height,
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // Whatever else it may want from the network, it finds nobody there.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
    ChromeDriverService driver =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(inPath("chromedriver").orElseThrow().toFile())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    try {
      driver.start();
      return new Chromium(driver, new RemoteWebDriver(driver.getUrl(), options, false));
    } catch (IOException e) {
      driver.stop();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      driver.stop();
      throw e;
    }
  }

  public WebDriver browser() {
    return browser;
  }

  /** Saves what the window shows as a PNG. */
  public void save(Path picture) {
    try {
      Files.createDirectories(picture.toAbsolutePath().getParent());
      Files.write(picture, ((TakesScreenshot) browser).getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a page is as expected: it gives no sign when it changes. */
  public static void await(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("waited " + PATIENCE + " in vain until " + what);
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted while waiting until " + what);
      }
    }
  }

  private static Optional<Path> inPath(String program) {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public void close() {
    try {
      browser.quit();
    } finally {
      driver.stop();
    }
  }
}
