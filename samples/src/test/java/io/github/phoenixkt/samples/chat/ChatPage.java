package io.github.phoenixkt.samples.chat;

import static io.github.phoenixkt.samples.browser.Chromium.await;

import io.github.phoenixkt.samples.browser.Chromium;
import java.net.URI;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;

/** What a user does and sees, in a browser of their own. */
final class ChatPage implements AutoCloseable {
  final Chromium chromium = Chromium.start();
  final WebDriver browser = chromium.browser();

  ChatPage(URI uri) {
    try {
      browser.get(uri.toString());
      awaitReady();
    } catch (RuntimeException | AssertionError e) {
      chromium.close();
      throw e;
    }
  }

  /** Until nothing is being loaded or answered. */
  private void awaitReady() {
    await("the page is ready", () -> one("#send").isEnabled());
  }

  void reload() {
    browser.navigate().refresh();
    awaitReady();
  }

  void beginNewConversation() {
    one("#new-conversation").click();
    await("the conversation is empty", () -> all(".turn").isEmpty());
    awaitReady();
  }

  /** Gives the text of the answer, once it is complete. */
  String ask(String question) {
    send(question);
    awaitReady();
    return answer(all(".turn").size());
  }

  /** Does not wait for an answer. */
  void send(String question) {
    one("#message").sendKeys(question, Keys.ENTER);
  }

  /** Counted from 1. */
  WebElement turn(int number) {
    return all(".turn").get(number - 1);
  }

  String question(int number) {
    return turn(number).findElement(By.cssSelector(".said")).getText();
  }

  String answer(int number) {
    return turn(number).findElement(By.cssSelector(".text")).getText();
  }

  boolean isBeingWritten(int number) {
    return "true"
        .equals(turn(number).findElement(By.cssSelector(".answer")).getDomAttribute("aria-busy"));
  }

  boolean offersFeedback(int number) {
    return button(number, "up").isDisplayed();
  }

  /** Clicks {@code up} or {@code down}, and waits until the page says that it is saved. */
  void thumb(int number, String which) {
    button(number, which).click();
    awaitSaved(number);
  }

  void comment(int number, String text) {
    write(number, text + Keys.ENTER);
    awaitSaved(number);
  }

  /** Writes a comment, and does not save it. */
  void write(int number, String text) {
    turn(number).findElement(By.cssSelector(".comment input")).sendKeys(text);
  }

  void clear(int number) {
    turn(number).findElement(By.cssSelector(".comment input")).clear();
  }

  String commentShown(int number) {
    return turn(number).findElement(By.cssSelector(".comment input")).getDomProperty("value");
  }

  /** Which thumb is shown as the chosen one: {@code up}, {@code down} or nothing. */
  List<String> thumbsShown(int number) {
    return turn(number).findElements(By.cssSelector(".thumb[aria-pressed=true]")).stream()
        .map(button -> button.getDomAttribute("data-thumb"))
        .toList();
  }

  /** What the page says of the last click. */
  String status(int number) {
    return turn(number).findElement(By.cssSelector(".status")).getText();
  }

  String error() {
    return one("#error").getText();
  }

  private WebElement button(int number, String which) {
    return turn(number).findElement(By.cssSelector(".thumb[data-thumb=" + which + "]"));
  }

  private void awaitSaved(int number) {
    await("it is saved", () -> status(number).endsWith("Thank you!") || !error().isEmpty());
    if (!error().isEmpty()) {
      throw new AssertionError("the page says: " + error());
    }
  }

  WebElement one(String css) {
    return browser.findElement(By.cssSelector(css));
  }

  List<WebElement> all(String css) {
    return browser.findElements(By.cssSelector(css));
  }

  @Override
  public void close() {
    chromium.close();
  }
}
