package consumer;

/** A program without a framework. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws Exception {
    System.out.println(HostCheck.run());
  }
}
