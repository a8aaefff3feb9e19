package io.github.phoenixkt.java;

import io.github.phoenixkt.annotations.SpanAnnotationData;
import java.net.URI;
import java.util.stream.Stream;

/** Makes some calls and ends, with or without closing the client. */
final class ShortProgram {
  private ShortProgram() {}

  public static void main(String[] args) {
    var phoenix = Clients.async(URI.create(args[0]));
    var rows = Stream.of(SpanAnnotationData.builder("s", "n").label("l").build());
    if (args[1].equals("async")) {
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
}
