package io.github.phoenixkt.spring;

import io.github.phoenixkt.PhoenixSettings;
import io.github.phoenixkt.opentelemetry.OpenInferenceAttributes;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Says in the resource which project the spans are for, where the application does not. */
final class ProjectOfResource implements BeanPostProcessor {
  private final ObjectProvider<PhoenixSettings> settings;

  ProjectOfResource(ObjectProvider<PhoenixSettings> settings) {
    this.settings = settings;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (!(bean instanceof Resource resource)
        || resource.getAttribute(OpenInferenceAttributes.PROJECT_NAME) != null) {
      return bean;
    }
    String project = settings.getObject().getProject();
    return resource.merge(
        Resource.create(Attributes.of(OpenInferenceAttributes.PROJECT_NAME, project)));
  }
}
