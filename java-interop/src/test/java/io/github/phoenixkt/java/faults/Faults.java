package io.github.phoenixkt.java.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.phoenixkt.java.faults.Fault.Trait;
import io.github.phoenixkt.java.faults.Fault.Way;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** All faults of the matrix. */
final class Faults {
  private static final Predicate<Relay.Request> DATA = request -> !request.asksForVersion();
  private static final Predicate<Relay.Request> VERSION = Relay.Request::asksForVersion;
  private static final Predicate<Relay.Request> LOOK = Relay.Request::looks;
  private static final Predicate<Relay.Request> QUEUED = Relay.Request::isQueued;

  /** Said to be queued, and thrown away. */
  private static final Relay.Step SWALLOW =
      x -> x.answer(Answer.json(200, "{\"data\":[]}").fromPhoenix());

  private final List<Fault> all = new ArrayList<>();

  private Faults() {}

  static List<Fault> all() {
    Faults faults = new Faults();
    faults.addBrokenConnections();
    faults.addAnswersOfProxies();
    faults.addWrongAnswers();
    faults.addTimeouts();
    faults.addVersionLookUps();
    faults.addConnectionsThatCannotBe();
    faults.addLooksAndQueues();
    faults.addWhatOthersDo();
    faults.addWhatFollowsALostAnswer();
    return faults.all;
  }

  /** Once, and then all is well. */
  private Fault once(String name, Relay.Step step) {
    return add(name, DATA, List.of(step), Exchange::pass);
  }

  private Fault always(String name, Relay.Step step) {
    return add(name + ", always", DATA, List.of(), step);
  }

  private Fault add(
      String name, Predicate<Relay.Request> meant, List<Relay.Step> first, Relay.Step later) {
    Fault fault = new Fault(name, meant, first, later);
    all.add(fault);
    return fault;
  }

  /** The server has done what was asked, and nobody learns of it. */
  private static Map<String, Relay.Step> losses() {
    Map<String, Relay.Step> losses = new LinkedHashMap<>();
    losses.put(
        "reset after the request",
        x -> {
          x.forward();
          x.reset();
        });
    losses.put(
        "cut answer",
        x -> {
          x.write(x.forward().cut());
          x.close();
        });
    losses.put(
        "answer cut after a whole chunk",
        x -> {
          Answer answer = x.forward();
          x.write(answer.oneChunk(answer.body().length / 2));
          x.close();
        });
    losses.put(
        "503 after the request was carried out",
        x -> {
          x.forward();
          x.answer(Answer.text(503, "upstream reset"));
        });
    return losses;
  }

  private void addBrokenConnections() {
    Map<String, Relay.Step> steps = new LinkedHashMap<>(losses());
    steps.put("reset before the request", Exchange::reset);
    steps.put("close before the request", Exchange::close);
    steps.put(
        "close after the request",
        x -> {
          x.forward();
          x.close();
        });
    steps.put(
        "whole answer in a chunk without an end",
        x -> {
          Answer answer = x.forward();
          x.write(answer.oneChunk(answer.body().length));
          x.close();
        });
    steps.put(
        "cut answer that ends with a reset",
        x -> {
          x.write(x.forward().cut());
          x.reset();
        });
    steps.put(
        "cut head",
        x -> {
          x.forward();
          x.write("HTTP/1.1 200 OK\r\nContent-Ty".getBytes(StandardCharsets.US_ASCII));
          x.close();
        });
    steps.put(
        "answer that is no HTTP",
        x -> {
          x.forward();
          x.write("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          x.close();
        });
    steps.forEach(
        (name, step) -> {
          once(name, step).with(Trait.HEALS);
          always(name, step);
        });
    always("refused connection", x -> x.relay.refuse()).with(Trait.REFUSES);
    once("restart of the server", x -> x.relay.refuseFor(1_500))
        .with(Trait.REFUSES, Trait.OUTAGE, Trait.SLOW);
    once(
            "restart of the server after the request",
            x -> {
              x.forward();
              x.relay.refuseFor(1_500);
            })
        .with(Trait.REFUSES, Trait.OUTAGE, Trait.SLOW);
  }

  private void addAnswersOfProxies() {
    for (int status : new int[] {400, 401, 403, 404, 405, 409, 410, 422, 451}) {
      always("page with " + status, x -> x.answer(Answer.page(status))).with(Trait.NOT_PHOENIX);
      always("text with " + status, x -> x.answer(Answer.text(status, "gate says no")))
          .with(Trait.NOT_PHOENIX);
      always(
              "JSON with " + status,
              x -> x.answer(Answer.json(status, "{\"message\":\"Forbidden\"}")))
          .with(Trait.NOT_PHOENIX);
    }
    always(
        "head that the server's parser refuses",
        x -> x.refuseAsProxy(Answer.text(400, "Invalid HTTP request received.")));
    for (int status : new int[] {429, 502, 503, 504}) {
      once("page with " + status, x -> x.answer(Answer.page(status))).with(Trait.HEALS);
      always("page with " + status, x -> x.answer(Answer.page(status)));
    }
    for (int status : new int[] {500, 502, 504}) {
      always(
          status + " after the request was carried out",
          x -> {
            x.forward();
            x.answer(Answer.page(status));
          });
    }
    once(
            "429 that says how long to wait",
            x -> x.answer(Answer.text(429, "slow down").with("Retry-After: 0\r\n")))
        .with(Trait.HEALS);
    always("page with 413", x -> x.refuseAsProxy(Answer.page(413)));
    always("507", x -> x.refuse(Answer.text(507, "insufficient storage")));
    always("401 of Phoenix", x -> x.refuse(Answer.text(401, "Invalid token")));
    always(
        "redirect",
        x -> x.answer(Answer.text(302, "").with("Location: http://127.0.0.1:9/login\r\n")));
  }

  private void addWrongAnswers() {
    always("page with 200", x -> x.answer(Answer.page(200)));
    always("204", x -> x.answer(new Answer(204, "", new byte[0])));
    always("empty 200", x -> x.answer(Answer.text(200, "")));
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("truncated JSON", "{\"data\":[{\"id\":\"U3Bh");
    bodies.put("an object for a list", "{\"data\":{\"id\":1}}");
    bodies.put("ids that are null", "{\"data\":[{\"id\":null}],\"next_cursor\":null}");
    bodies.put("deep JSON", "{\"data\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}");
    bodies.put(
        "a number of a million digits", "{\"data\":[{\"id\":" + "7".repeat(1_000_000) + "}]}");
    bodies.forEach(
        (name, body) ->
            always(
                name + " after the request",
                x -> {
                  Answer real = x.forward();
                  // A refusal of the server stays one.
                  x.answer(real.succeeded() ? real.withBody(body) : real);
                }));
    always(
            "no ids after the request",
            x -> {
              Answer real = x.forward();
              x.answer(real.succeeded() ? real.withBody("{\"data\":[]}") : real);
            })
        .with(Trait.CONFIRMED_ONLY);
    always(
            "ids too many after the request",
            x -> {
              Answer real = x.forward();
              String ids = "{\"data\":[" + "{\"id\":\"x\"},".repeat(99) + "{\"id\":\"y\"}]}";
              x.answer(real.succeeded() ? real.withBody(ids) : real);
            })
        .with(Trait.CONFIRMED_ONLY);
    always(
            "reply above the limit after the request",
            x -> {
              Answer real = x.forward();
              x.answer(real.withBody(new String(real.body(), UTF_8) + " ".repeat(200_000)));
            })
        .with(Trait.SMALL_REPLIES);
    always(
            "chunked reply above the limit after the request",
            x -> {
              Answer real = x.forward();
              Answer large = real.withBody(new String(real.body(), UTF_8) + " ".repeat(200_000));
              x.write(large.oneChunk(large.body().length));
              x.hang();
            })
        .with(Trait.SMALL_REPLIES);
    for (String what : new String[] {"page with 200", "204"}) {
      always(
          what + " after the request",
          x -> {
            x.forward();
            x.answer(what.equals("204") ? new Answer(204, "", new byte[0]) : Answer.page(200));
          });
    }
    always(
        "deep 422",
        x ->
            x.refuse(
                Answer.json(422, "{\"detail\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")));
  }

  private void addTimeouts() {
    Map<String, Relay.Step> steps = new LinkedHashMap<>();
    steps.put("silence", Exchange::hang);
    steps.put(
        "silence after the request",
        x -> {
          x.forward();
          x.hang();
        });
    steps.put("slow bytes", x -> x.dribble(x.forward().bytes()));
    steps.forEach(
        (name, step) -> {
          once(name, step).with(Trait.HEALS, Trait.IMPATIENT, Trait.SLOW);
          always(name, step).with(Trait.HASTY, Trait.SLOW);
        });
    once("request carried out when the client is gone", late(5_500))
        .with(Trait.HEALS, Trait.IMPATIENT, Trait.SLOW);
    always("request carried out when the client is gone", late(900)).with(Trait.HASTY, Trait.SLOW);
  }

  private static Relay.Step late(long millis) {
    return x -> {
      x.relay.sleep(millis);
      x.forward();
      x.close();
    };
  }

  private void addVersionLookUps() {
    Map<String, Relay.Step> steps = new LinkedHashMap<>();
    steps.put("reset", Exchange::reset);
    steps.put("503", x -> x.answer(Answer.page(503)));
    steps.put("401 page", x -> x.answer(Answer.page(401)));
    steps.put("page", x -> x.answer(Answer.page(200)));
    steps.forEach(
        (name, step) ->
            add("version look-up: " + name, VERSION, List.of(), step).with(Trait.FRESH_CLIENT));
    add("version look-up: silence", VERSION, List.of(), Exchange::hang)
        .with(Trait.FRESH_CLIENT, Trait.HASTY, Trait.SLOW);
  }

  private void addConnectionsThatCannotBe() {
    Predicate<Relay.Request> tunnel = request -> request.method().equals("CONNECT");
    always("plain client, TLS server", Exchange::pass)
        .over(Way.TLS_SERVER)
        .with(Trait.FRESH_CLIENT);
    always("TLS client, plain server", Exchange::pass)
        .over(Way.TLS_CLIENT)
        .with(Trait.FRESH_CLIENT);
    for (int status : new int[] {403, 407, 502}) {
      add("tunnel refused with " + status, tunnel, List.of(), x -> x.answer(Answer.page(status)))
          .over(Way.TUNNEL)
          .with(Trait.FRESH_CLIENT);
    }
  }

  private void addLooksAndQueues() {
    Map<String, Relay.Step> steps = new LinkedHashMap<>();
    steps.put("reset", Exchange::reset);
    steps.put("500", x -> x.answer(Answer.text(500, "Internal Server Error")));
    steps.put("200 page", x -> x.answer(Answer.page(200)));
    steps.put("404 page", x -> x.answer(Answer.page(404)));
    steps.put(
        "empty page", x -> x.answer(x.forward().withBody("{\"data\":[],\"next_cursor\":null}")));
    steps.forEach(
        (name, step) -> {
          for (int number = 1; number <= 4; number++) {
            List<Relay.Step> before = new ArrayList<>();
            for (int i = 1; i < number; i++) {
              before.add(Exchange::pass);
            }
            before.add(step);
            // A look is tried again: four times is more than that.
            before.addAll(List.of(step, step, step));
            heals(add("look " + number + " fails: " + name, LOOK, before, Exchange::pass));
          }
          heals(add("all looks fail: " + name, LOOK, List.of(), step)).with(Trait.SLOW);
        });
    for (int count : new int[] {1, 2, 3, 1_000}) {
      add("queue requests swallowed: " + count, QUEUED, List.of(), swallowing(count))
          .with(Trait.VERIFIED_ONLY, Trait.HEALS, Trait.SLOW);
    }
    add(
            "queue requests swallowed, slow looks",
            request -> QUEUED.test(request) || LOOK.test(request),
            List.of(),
            x -> {
              if (x.request.isQueued()) {
                SWALLOW.serve(x);
              } else {
                x.relay.sleep(400);
                x.pass();
              }
            })
        .with(Trait.VERIFIED_ONLY, Trait.HEALS, Trait.SLOW);
  }

  private void addWhatOthersDo() {
    add(
            "another client writes the same rows later",
            QUEUED,
            List.of(),
            x -> {
              Answer answer = x.forward();
              x.relay.sleep(200);
              x.relay.forward(x.request.with(Cell.OURS, Cell.THEIRS));
              x.answer(answer);
            })
        .with(Trait.VERIFIED_ONLY, Trait.HEALS, Trait.OTHERS, Trait.SLOW);
    // Rows of the window are seen, its last ones never; then Phoenix cannot be seen.
    add(
            "last queue request swallowed, then looks fail",
            request -> QUEUED.test(request) || LOOK.test(request),
            List.of(),
            x -> {
              long queued = x.relay.received.stream().filter(Relay.Request::isQueued).count();
              if (x.request.isQueued()) {
                (queued == 2 ? SWALLOW : (Relay.Step) Exchange::pass).serve(x);
              } else if (queued == 2 && x.relay.lookedFor(1_050) && !x.relay.lookedFor(1_800)) {
                x.reset();
              } else {
                x.pass();
              }
            })
        .with(Trait.VERIFIED_ONLY, Trait.HEALS, Trait.SLOW);
  }

  /** What cannot be read back is confirmed; only a proxy in the way stops an upload. */
  private static Fault heals(Fault look) {
    look.with(Trait.VERIFIED_ONLY);
    return look.name.endsWith(" page") && !look.name.endsWith("empty page")
        ? look
        : look.with(Trait.HEALS);
  }

  private static Relay.Step swallowing(int count) {
    return x -> {
      long earlier = x.relay.received.stream().filter(Relay.Request::isQueued).count();
      (earlier <= count ? SWALLOW : (Relay.Step) Exchange::pass).serve(x);
    };
  }

  private void addWhatFollowsALostAnswer() {
    Map<String, Relay.Step> next = new LinkedHashMap<>();
    next.put("429", x -> x.answer(Answer.text(429, "slow down")));
    next.put("503", x -> x.answer(Answer.page(503)));
    next.put("507", x -> x.refuse(Answer.text(507, "insufficient storage")));
    next.put("401", x -> x.refuse(Answer.text(401, "Invalid token")));
    next.put("403 page", x -> x.answer(Answer.page(403)));
    next.put("404 page", x -> x.answer(Answer.page(404)));
    next.put("400", x -> x.refuse(Answer.text(400, "no")));
    next.put("reset", Exchange::reset);
    next.put("page with 200", x -> x.answer(Answer.page(200)));
    losses()
        .forEach(
            (name, loss) -> {
              next.forEach((then, step) -> add(name + ", then " + then, DATA, List.of(loss), step));
              add(
                      name + ", then a refused connection",
                      DATA,
                      List.of(
                          x -> {
                            loss.serve(x);
                            x.relay.refuse();
                          }),
                      Exchange::pass)
                  .with(Trait.REFUSES);
            });
  }
}
