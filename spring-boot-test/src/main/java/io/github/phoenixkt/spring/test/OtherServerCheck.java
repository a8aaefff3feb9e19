package io.github.phoenixkt.spring.test;

import io.github.phoenixkt.PhoenixClient;
import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.java.PhoenixAsyncClient;
import io.github.phoenixkt.java.PhoenixBlockingClient;
import io.github.phoenixkt.spring.PhoenixConnectionDetails;
import io.github.phoenixkt.testing.FakePhoenix;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Fails the start of an application that would write to another server than the fake. Such a test
 * would not see what is written, and the other server may be the one of production.
 */
final class OtherServerCheck implements SmartInitializingSingleton {
  private static final List<Class<?>> CLIENTS =
      List.of(PhoenixClient.class, PhoenixAsyncClient.class, PhoenixBlockingClient.class);

  private static final String OTHER_ENDPOINT =
      "Leave this bean out of the test, or give it the endpoint of the FakePhoenix bean.";

  private final FakePhoenix phoenix;
  private final ConfigurableListableBeanFactory beans;

  OtherServerCheck(FakePhoenix phoenix, ConfigurableListableBeanFactory beans) {
    this.phoenix = phoenix;
    this.beans = beans;
  }

  @Override
  public void afterSingletonsInstantiated() {
    for (String name : names(PhoenixConnectionDetails.class)) {
      require(
          isFake(beans.getBean(name, PhoenixConnectionDetails.class).getEndpoint()),
          "PhoenixConnectionDetails",
          name,
          OTHER_ENDPOINT);
    }
    for (String name : names(PhoenixSettings.class)) {
      require(
          isFake(beans.getBean(name, PhoenixSettings.class).getEndpoint()),
          "PhoenixSettings",
          name,
          isOfStarter(name)
              ? "A PhoenixSettingsCustomizer bean changes the endpoint: leave that bean out of the test, or let it keep"
                  + " the endpoint."
              : OTHER_ENDPOINT);
    }
    for (Class<?> form : CLIENTS) {
      for (String name : names(form)) {
        require(
            isOfStarter(name) || namesFake(beans.getBean(name)),
            form.getSimpleName(),
            name,
            "Leave this bean out of the test, or create it from the PhoenixSettings bean. If it decorates another client,"
                + " its toString() must be that of the other client.");
      }
    }
  }

  private String[] names(Class<?> type) {
    return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type);
  }

  private boolean isFake(@Nullable String url) {
    return url != null
        && withAddress(url).replaceAll("/+$", "").equals(phoenix.endpoint().toString());
  }

  private static String withAddress(String text) {
    return text.replace("//localhost:", "//127.0.0.1:");
  }

  /** Only its text says where a client sends its requests. */
  private boolean namesFake(Object client) {
    return withAddress(client.toString()).contains("PhoenixClient(" + phoenix.endpoint() + ")");
  }

  /** What the starter creates has the settings that are checked, or is a form of another bean. */
  private boolean isOfStarter(String name) {
    beans.getType(name, false); // Finds the method that creates the bean.
    Method factory =
        beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name) instanceof RootBeanDefinition definition
            ? definition.getResolvedFactoryMethod()
            : null;
    return factory != null
        && factory
            .getDeclaringClass()
            .getPackageName()
            .equals(PhoenixConnectionDetails.class.getPackageName());
  }

  private void require(boolean usesFake, String kind, String name, String remedy) {
    if (!usesFake) {
      throw new IllegalStateException(
          "The %s bean '%s' does not use the FakePhoenix of this test (%s), so the test could write to a real Phoenix."
                  .formatted(kind, name, phoenix.endpoint())
              + " "
              + remedy);
    }
  }
}
