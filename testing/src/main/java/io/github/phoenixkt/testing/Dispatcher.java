package io.github.phoenixkt.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the route of a request and checks it in the order a real server does. */
final class Dispatcher {
  static final String VERSION_HEADER = "x-phoenix-server-version";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html>
        <head><title>Phoenix</title></head>
        <body><div id="root"></div></body>
      </html>
      """;

  private final ServerState state;
  private final String rootPath;
  private final List<Route> routes = new ArrayList<>();

  Dispatcher(ServerState state, String rootPath) {
    this.state = state;
    this.rootPath = rootPath;
  }

  void add(Route route) {
    routes.add(route);
  }

  Reply handle(ReceivedRequest request) {
    // With a root path the fake plays the proxy too, which strips the prefix and knows nothing
    // else.
    if (!(request.path() + "/").startsWith(rootPath + "/")) {
      return Reply.text(404, "404 page not found");
    }
    Reply reply;
    try {
      reply = dispatch(request, request.path().substring(rootPath.length()));
    } catch (ApiError error) {
      reply = error.reply;
    }
    return reply.status() == 500 || !state.has("4.15.0")
        ? reply
        : reply.with(VERSION_HEADER, state.version.text());
  }

  private Reply dispatch(ReceivedRequest request, String path) {
    Reply about = about(request.method(), path);
    if (about != null) {
      return about;
    }
    // The path is decoded before it is matched, so an encoded slash separates like any other.
    String[] segments = QueryString.decodePath(path).split("/", -1);
    for (Route route : routes) {
      List<String> arguments = route.match(request.method(), segments);
      if (arguments != null && state.has(route.since)) {
        return call(route, request, arguments);
      }
    }
    return switch (request.method()) {
      // The web page is mounted at the root and takes every GET that no route wants.
      case "GET", "HEAD" -> Reply.html(PAGE);
      default -> Reply.text(405, "Method Not Allowed").with("allow", "GET, HEAD");
    };
  }

  /** The routes without authentication, outside of {@code /v1}. */
  private @Nullable Reply about(String method, String path) {
    if (!method.equals("GET")) {
      return null;
    }
    return switch (path) {
      case "/arize_phoenix_version" -> Reply.text(200, state.version.text());
      case "/healthz" -> Reply.text(200, "OK");
      case "/readyz" -> state.has("8.27.0") ? Reply.json(200, Json.NODES.objectNode()) : null;
      default -> null;
    };
  }

  private Reply call(Route route, ReceivedRequest request, List<String> arguments) {
    JsonNode body = route.is(Route.Flag.BODY) ? parse(request) : null;
    if (state.readOnly) {
      throw new ApiError(403, "The Phoenix REST API is disabled in read-only mode.");
    }
    Caller caller = state.keys.authenticate(request, state.version);
    if (!caller.mayWrite() && !route.method.equals("GET")) {
      throw new ApiError(403, "Viewers cannot perform this action.");
    }
    if (route.is(Route.Flag.ADMIN) && !caller.isAdmin()) {
      throw new ApiError(403, "Only admin or system users can perform this action.");
    }
    if (route.is(Route.Flag.LOCK) && state.locked) {
      throw new ApiError(
          507,
          "Database operations are disabled due to insufficient storage. Please delete old data or"
              + " increase storage.");
    }
    Problems problems = new Problems();
    Call call =
        new Call(request, arguments, body, caller, problems, new Query(request.query(), problems));
    synchronized (state.store) {
      return route.handler.handle(call);
    }
  }

  /**
   * The body; null when there is none. A body that is not called JSON is an ordinary text to the
   * validation.
   */
  private static @Nullable JsonNode parse(ReceivedRequest request) {
    byte[] bytes = request.rawBody();
    if (bytes.length == 0) {
      return null;
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ApiError(400, "There was an error parsing the body");
    }
    if (!isJson(request.header("content-type"))) {
      return Json.NODES.textNode(text);
    }
    try {
      return Json.MAPPER.readTree(bytes);
    } catch (StreamConstraintsException tooDeep) {
      throw new ApiError(400, "There was an error parsing the body");
    } catch (JsonProcessingException e) {
      Problems problems = new Problems();
      long offset = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      problems.add(
          "json_invalid",
          List.of("body", offset),
          "JSON decode error",
          Json.NODES.objectNode(),
          Map.of("error", "Expecting value"));
      problems.throwIfAny();
      return null;
    } catch (IOException e) {
      throw new ApiError(400, "There was an error parsing the body");
    }
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals("application/json")
        || type.startsWith("application/") && type.endsWith("+json");
  }
}
