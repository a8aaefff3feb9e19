package io.github.phoenixkt.spring.test;

import io.github.phoenixkt.spring.PhoenixConnectionDetails;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.Container;

/**
 * Connects the client to a container with the annotation {@code @ServiceConnection} and the image
 * {@code arizephoenix/phoenix}.
 */
final class PhoenixContainerConnectionDetailsFactory
    extends ContainerConnectionDetailsFactory<Container<?>, PhoenixConnectionDetails> {
  private static final int PORT = 6006;

  PhoenixContainerConnectionDetailsFactory() {
    super("arizephoenix/phoenix");
  }

  @Override
  protected PhoenixConnectionDetails getContainerConnectionDetails(
      ContainerConnectionSource<Container<?>> source) {
    return new Details(source);
  }

  private static final class Details extends ContainerConnectionDetails<Container<?>>
      implements PhoenixConnectionDetails {
    Details(ContainerConnectionSource<Container<?>> source) {
      super(source);
    }

    @Override
    public String getEndpoint() {
      return "http://" + getContainer().getHost() + ":" + getContainer().getMappedPort(PORT);
    }
  }
}
