package io.github.phoenixkt.samples.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.phoenixkt.samples.LlmJudge;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A language model that streams its answers, over any endpoint that speaks the chat completions
 * protocol of OpenAI. Thread-safe.
 */
final class ChatModel implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 4 << 20;
  private static final String DATA = "data:";
  private static final String END = "[DONE]";

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final LlmJudge.Settings settings;

  /** Requests that have no headers yet, and answers that are being read. */
  private final Set<Closeable> underWay = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  ChatModel(LlmJudge.Settings settings) {
    this.settings = settings;
  }

  String name() {
    return settings.model();
  }

  /** What was said, and by whom: {@code system}, {@code user} or {@code assistant}. */
  record Message(String role, String content) {}

  /** How many tokens it took; null where the endpoint does not tell. */
  record Usage(long prompt, long completion, long total) {}

  record Answer(String text, Usage usage) {}

  /** Is told of an answer while it is written. */
  interface TextListener {
    void text(String piece) throws IOException;
  }

  /** The model is at fault that there is no answer, or only a part of it. */
  static final class NoAnswerException extends IOException {
    NoAnswerException(String message, Throwable cause) {
      super(message, cause);
    }

    NoAnswerException(String message) {
      super(message);
    }
  }

  /**
   * Asks, and waits until the answer is complete.
   *
   * @param messages all that was said before, the question last
   * @param listener is told each piece as it comes; what it throws ends the request
   * @throws NoAnswerException when the model cannot be reached, refuses, or stops half-way
   */
  Answer answer(List<Message> messages, TextListener listener) throws IOException {
    HttpResponse<InputStream> response = send(messages);
    AtomicBoolean late = new AtomicBoolean();
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new NoAnswerException("The model's endpoint answered " + response.statusCode() + ".");
      }
      underWay.add(body);
      // The request's own limit ends with the headers. Closing a body wakes who reads it.
      Executor atTheLimit =
          CompletableFuture.delayedExecutor(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
      CompletableFuture<Void> limit =
          CompletableFuture.runAsync(() -> closeLate(body, late), atTheLimit);
      try {
        if (closed) {
          throw beingStopped(null); // too late to be ended by close()
        }
        return read(new BufferedReader(utf8(body)), late, listener);
      } finally {
        limit.cancel(false);
        underWay.remove(body);
      }
    }
  }

  private HttpResponse<InputStream> send(List<Message> messages) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> response =
        http.sendAsync(request(messages), BodyHandlers.ofInputStream());
    Closeable request = () -> response.cancel(true);
    underWay.add(request);
    try {
      if (closed) {
        request.close(); // too late to be ended by close()
      }
      return response.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HttpTimeoutException late) {
        throw tooLate(late);
      }
      throw new NoAnswerException(
          "The model at " + settings.baseUrl() + " cannot be reached: " + e.getCause(), e);
    } catch (CancellationException e) {
      throw beingStopped(e);
    } catch (InterruptedException e) {
      request.close();
      Thread.currentThread().interrupt();
      throw beingStopped(e);
    } finally {
      underWay.remove(request);
    }
  }

  private HttpRequest request(List<Message> messages) throws JsonProcessingException {
    Map<String, Object> body =
        Map.of(
            "model",
            settings.model(),
            "messages",
            messages,
            "stream",
            true,
            "stream_options",
            Map.of("include_usage", true));
    String baseUrl = settings.baseUrl().toString().replaceAll("/+$", "");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + "/chat/completions"))
            .timeout(settings.timeout())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
    if (settings.apiKey() != null) {
      request.header("Authorization", "Bearer " + settings.apiKey());
    }
    return request.build();
  }

  private Answer read(BufferedReader lines, AtomicBoolean late, TextListener listener)
      throws IOException {
    StringBuilder text = new StringBuilder();
    Usage usage = null;
    boolean finished = false;
    String line;
    while ((line = next(lines, late)) != null) {
      if (!line.startsWith(DATA)) {
        continue; // the empty line between events, or a comment to keep the connection
      }
      String data = line.substring(DATA.length()).strip();
      if (data.equals(END)) {
        finished = true;
        break;
      }
      JsonNode chunk = parse(data);
      JsonNode choice = chunk.path("choices").path(0);
      String piece = choice.path("delta").path("content").asText("");
      if (!piece.isEmpty()) {
        text.append(piece);
        listener.text(piece);
      }
      finished |= choice.path("finish_reason").isTextual();
      usage = chunk.path("usage").isObject() ? usage(chunk.path("usage")) : usage;
    }
    if (!finished) {
      throw new NoAnswerException(
          text.isEmpty()
              ? "The model's endpoint sent no stream of an answer."
              : "The model's answer broke off.");
    }
    return new Answer(text.toString(), usage);
  }

  private String next(BufferedReader lines, AtomicBoolean late) throws NoAnswerException {
    try {
      return lines.readLine();
    } catch (NoAnswerException e) {
      throw e;
    } catch (IOException e) {
      throw late.get()
          ? tooLate(e)
          : new NoAnswerException("The model's answer broke off: " + e, e);
    }
  }

  private static JsonNode parse(String data) throws NoAnswerException {
    JsonNode chunk;
    try {
      chunk = JSON.readTree(data);
    } catch (JsonProcessingException e) {
      throw new NoAnswerException("The model's endpoint sent what is no JSON.");
    }
    if (chunk.hasNonNull("error")) {
      throw new NoAnswerException("The model's endpoint reported an error in mid-answer.");
    }
    return chunk;
  }

  private static Usage usage(JsonNode usage) {
    return new Usage(
        usage.path("prompt_tokens").asLong(),
        usage.path("completion_tokens").asLong(),
        usage.path("total_tokens").asLong());
  }

  private NoAnswerException tooLate(IOException cause) {
    return new NoAnswerException(
        "The model did not complete its answer within " + settings.timeout() + ".", cause);
  }

  private static NoAnswerException beingStopped(Exception cause) {
    return new NoAnswerException("The model is not asked any more: the service is stopped.", cause);
  }

  /** Ends the answers that are asked for or being read. Nothing is asked afterwards. */
  @Override
  public void close() {
    closed = true;
    underWay.forEach(ChatModel::close);
  }

  private static void closeLate(Closeable body, AtomicBoolean late) {
    late.set(true);
    close(body);
  }

  private static void close(Closeable request) {
    try {
      request.close();
    } catch (IOException e) {
      // Who reads it is told.
    }
  }

  /** Bounded, whatever the endpoint sends. */
  private static InputStreamReader utf8(InputStream body) {
    InputStream bounded =
        new FilterInputStream(body) {
          private int left = MOST_BYTES;

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            left -= count;
            if (left < 0) {
              throw new NoAnswerException("The model's answer is longer than 4 MiB.");
            }
            return count;
          }
        };
    return new InputStreamReader(bounded, StandardCharsets.UTF_8);
  }
}
