package io.github.phoenixkt.spark.options;

import io.github.phoenixkt.internal.InternalPhoenixApi;
import java.util.LinkedHashMap;
import java.util.Map;

/** Messages of the client, which name its settings, in the words of Spark's options. */
@InternalPhoenixApi
public final class SparkWords {
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("set PHOENIX_API_KEY, or apiKey in the settings", "set PHOENIX_API_KEY");
    WORDS.put(
        "set PHOENIX_API_KEY",
        "set the option token, or PHOENIX_API_KEY in the environment of the driver");
    WORDS.put("the apiKey setting", "the option token");
    WORDS.put("the endpoint setting", "the option endpoint");
    WORDS.put("the project setting", "the option project");
    WORDS.put("the headers setting", "the options header.<name> and secretHeader.<name>");
    WORDS.put("Raise the request timeout", "Raise the option timeout");
    WORDS.put(
        "Ask for less at once, or raise replyLimit.", "Lower the option pageSize or chunkSize.");
    WORDS.put(
        "Set proxyCredentials in the settings, or check them.",
        "Let Spark reach Phoenix without this proxy.");
    WORDS.put("Check the proxy, its proxyCredentials, and whether", "Check the proxy, and whether");
  }

  private SparkWords() {}

  /**
   * Puts a message into the words of Spark's options.
   *
   * @param message a message of the client
   * @return the message, with the names of options instead of settings
   */
  public static String of(String message) {
    String text = message;
    for (Map.Entry<String, String> word : WORDS.entrySet()) {
      text = text.replace(word.getKey(), word.getValue());
    }
    return text;
  }
}
