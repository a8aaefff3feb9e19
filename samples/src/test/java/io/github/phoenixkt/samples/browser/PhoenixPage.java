package io.github.phoenixkt.samples.browser;

import java.nio.file.Path;
import org.openqa.selenium.By;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;

/** Phoenix's own page, as its users see it. */
public final class PhoenixPage implements AutoCloseable {
  private final Chromium chromium = Chromium.start(1280, 1000);
  private final WebDriver browser = chromium.browser();
  private final String endpoint;

  public PhoenixPage(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Opens the trace of a span, with the span selected. */
  public void openSpan(String spanId) {
    browser.get(endpoint + "/redirects/spans/" + spanId);
  }

  /** Waits until the page shows all of these texts. */
  public void awaitTexts(String... texts) {
    for (String text : texts) {
      Chromium.await("Phoenix's page shows " + text, () -> shown().contains(text));
    }
  }

  private String shown() {
    try {
      return browser.findElement(By.tagName("body")).getText();
    } catch (NoSuchElementException | StaleElementReferenceException e) {
      return ""; // The page is being built.
    }
  }

  /** Saves what the window shows as a PNG. */
  public void save(Path picture) {
    chromium.save(picture);
  }

  @Override
  public void close() {
    chromium.close();
  }
}
