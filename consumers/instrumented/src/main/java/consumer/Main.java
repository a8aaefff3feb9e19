package consumer;

/** Needs the path of the agent's jar. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    InstrumentedClient.run();
    Agent.run(args[0]);
  }

  static void check(boolean holds, Object shown) {
    if (!holds) {
      throw new AssertionError(shown);
    }
  }
}
