package io.github.phoenixkt.samples.chat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.remote.RemoteWebDriver;

/**
 * The Chromium of this machine, driven by the driver that came with it. Nothing is fetched: what
 * Selenium would look for browsers with is not in the class path.
 */
final class Chromium implements AutoCloseable {
  private final ChromeDriverService driver;
  private final WebDriver browser;

  private Chromium(ChromeDriverService driver, WebDriver browser) {
    this.driver = driver;
    this.browser = browser;
  }

  static boolean isInstalled() {
    return inPath("chromium").isPresent() && inPath("chromedriver").isPresent();
  }

  /** A browser of its own: with a fresh profile, and without cookies. */
  static Chromium start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(inPath("chromium").orElseThrow().toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // which root does not get
        "--disable-dev-shm-usage", // it is small in containers
        "--window-size=900,900",
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

  WebDriver browser() {
    return browser;
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
