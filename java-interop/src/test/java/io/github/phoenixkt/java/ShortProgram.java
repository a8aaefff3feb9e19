package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Makes some calls and ends, with or without closing the client. */
final class ShortProgram {
  private ShortProgram() {}

  public static void main(String[] args) throws InterruptedException {
    var phoenix = Clients.async(URI.create(args[0]));
    var rows = Stream.of(SpanAnnotationData.builder("s", "n").label("l").build());
    if (args[1].equals("abandoned")) {
      var waiting = new CountDownLatch(1);
      phoenix.annotations().uploadStream(rows.peek(row -> waitForever(waiting)));
      waiting.await();
      System.out.println(phoenix.projects().get("default").join());
    } else if (args[1].equals("async")) {
      System.out.println(phoenix.projects().get("default").join());
      System.out.println(phoenix.annotations().uploadStream(rows).join());
    } else {
      var blocking = phoenix.blocking();
      System.out.println(blocking.projects().get("default"));
      System.out.println(blocking.annotations().uploadStream(rows));
    }
    if (args[2].equals("close")) {
      phoenix.close();
    }
  }

  /** A source that has nothing more to give. */
  private static void waitForever(CountDownLatch waiting) {
    waiting.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
