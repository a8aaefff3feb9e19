package io.github.phoenixkt.spring;

import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Adds the project to the resource, unless the application has set one there. */
final class ProjectOfResource implements BeanPostProcessor {
  private final ObjectProvider<Destination> destination;

  ProjectOfResource(ObjectProvider<Destination> destination) {
    this.destination = destination;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (!(bean instanceof Resource resource)
        || resource.getAttribute(OpenInferenceAttributes.PROJECT_NAME) != null) {
      return bean;
    }
    String project = destination.getObject().project();
    return resource.merge(
        Resource.create(Attributes.of(OpenInferenceAttributes.PROJECT_NAME, project)));
  }
}
