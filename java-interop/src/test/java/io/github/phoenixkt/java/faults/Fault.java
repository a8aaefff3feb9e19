package io.github.phoenixkt.java.faults;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Something that goes wrong: what is done with the first requests that it is meant for, and what
 * with all later ones.
 */
final class Fault {
  enum Trait {
    /** The next attempt goes well, so the call must. */
    HEALS,
    /** An answer of a proxy: one request, and no word of Phoenix's is made of it. */
    NOT_PHOENIX,
    /** The client waits half a second for each answer. */
    HASTY,
    /** The client waits five seconds, so that the next attempt succeeds on a busy machine, too. */
    IMPATIENT,
    /** The client takes no replies of more than 64 KiB. */
    SMALL_REPLIES,
    /** The client has asked this server nothing before. */
    FRESH_CLIENT,
    /** No connection is taken any more, at least for a time. */
    REFUSES,
    /** Uploads wait until it is over. */
    OUTAGE,
    /** An answer that is right for some calls. */
    WRITES_ONLY,
    CONFIRMED_ONLY,
    VERIFIED_ONLY,
    /** Another client writes the same rows. */
    OTHERS,
    /** Takes seconds. */
    SLOW
  }

  /** Through what the client reaches the server. */
  enum Way {
    PLAIN,
    /** The server speaks TLS, the client does not. */
    TLS_SERVER,
    /** The client speaks TLS, the server does not. */
    TLS_CLIENT,
    /** The relay is a proxy that is asked for a tunnel. */
    TUNNEL
  }

  final String name;
  private final Predicate<Relay.Request> meant;
  private final List<Relay.Step> first;
  private final Relay.Step later;
  private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
  private Way way = Way.PLAIN;

  Fault(String name, Predicate<Relay.Request> meant, List<Relay.Step> first, Relay.Step later) {
    this.name = name;
    this.meant = meant;
    this.first = first;
    this.later = later;
  }

  Fault with(Trait... more) {
    traits.addAll(List.of(more));
    return this;
  }

  Fault over(Way how) {
    way = how;
    return this;
  }

  boolean is(Trait trait) {
    return traits.contains(trait);
  }

  Way way() {
    return way;
  }

  /** How many milliseconds a client waits for an answer. */
  int patience() {
    return is(Trait.HASTY) ? 500 : is(Trait.IMPATIENT) ? 5_000 : 20_000;
  }

  /** {@code skipped} requests are let through before the first fault. */
  Relay.Step script(int skipped) {
    AtomicInteger number = new AtomicInteger(-skipped);
    return exchange -> {
      int now = meant.test(exchange.request) ? number.getAndIncrement() : -1;
      Relay.Step step = now < 0 ? Exchange::pass : now < first.size() ? first.get(now) : later;
      step.serve(exchange);
    };
  }

  /** Whether it can also come when an upload is under way. */
  boolean hasMidst() {
    return way == Way.PLAIN && !is(Trait.FRESH_CLIENT) && !is(Trait.VERIFIED_ONLY);
  }

  boolean suits(Call call) {
    return !(is(Trait.VERIFIED_ONLY) && call != Call.UPLOAD_VERIFIED)
        && !(is(Trait.WRITES_ONLY) && call == Call.READ)
        && !(is(Trait.CONFIRMED_ONLY) && !call.isConfirmed());
  }

  @Override
  public String toString() {
    return name;
  }
}
