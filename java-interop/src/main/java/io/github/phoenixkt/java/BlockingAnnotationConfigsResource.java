package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.configs.AnnotationCheck;
import io.github.phoenixkt.configs.AnnotationConfig;
import io.github.phoenixkt.configs.StoredAnnotationConfig;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Annotation configs: rubrics, and which projects use them. Phoenix has one from the start, {@code
 * user_feedback} (since 15.7).
 *
 * <p>A config is named by its id or by its exact name. Every method may throw a {@link
 * io.github.phoenixkt.PhoenixException}.
 */
public final class BlockingAnnotationConfigsResource extends BlockingResource {

  BlockingAnnotationConfigsResource(PhoenixAsyncClient async) {
    super(async);
  }

  /**
   * All configs, newest first.
   *
   * @return fetched page by page as it is read; close it when you do not read it to its end
   */
  public Stream<StoredAnnotationConfig> list() {
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getAnnotationConfigs().list(null));
  }

  /**
   * The configs that are assigned to a project. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @return fetched page by page as it is read; close it when you do not read it to its end
   */
  public Stream<StoredAnnotationConfig> list(String project) {
    requireNonNull(project, "project");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getAnnotationConfigs().list(project));
  }

  /**
   * The first page of at most 100 of all configs.
   *
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotationConfig> listPage() {
    return await(() -> async.annotationConfigs().listPage());
  }

  /**
   * One page of configs. Since Phoenix 17.16 where a project is named.
   *
   * @param project its name or id, or null for all configs
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public Page<StoredAnnotationConfig> listPage(
      @Nullable String project, @Nullable String cursor, int limit) {
    return await(() -> async.annotationConfigs().listPage(project, cursor, limit));
  }

  /**
   * The config of that id or name. Fails with {@link io.github.phoenixkt.PhoenixException.NotFound}
   * when there is none.
   *
   * @param config its id or exact name
   * @return the config
   */
  public StoredAnnotationConfig get(String config) {
    return await(() -> async.annotationConfigs().get(config));
  }

  /**
   * Makes a config. Its name and labels are trimmed. Fails with {@link
   * io.github.phoenixkt.PhoenixException.Conflict} when the name is taken, and with {@link
   * IllegalArgumentException} when it is {@code note}, or a text is blank or holds what Phoenix
   * cannot store.
   *
   * @param config what to make
   * @return the config as it is stored
   */
  public StoredAnnotationConfig create(AnnotationConfig config) {
    return await(() -> async.annotationConfigs().create(config));
  }

  /**
   * Replaces a config whole, its type and name included. Name and labels are trimmed. Fails with
   * {@link io.github.phoenixkt.PhoenixException.Conflict} when the name is taken, and with {@link
   * IllegalArgumentException} when it is {@code note}, or a text is blank or holds what Phoenix
   * cannot store.
   *
   * @param config its id or exact name
   * @param replacement what to put in its place
   * @return the config as it is stored
   */
  public StoredAnnotationConfig update(String config, AnnotationConfig replacement) {
    return await(() -> async.annotationConfigs().update(config, replacement));
  }

  /**
   * Deletes a config and its assignments; annotations of its name stay.
   *
   * @param config its id or exact name
   */
  public void delete(String config) {
    await(() -> async.annotationConfigs().delete(config));
  }

  /**
   * Lets a project use a config; doing it twice is fine. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @param config its id or exact name
   * @return the config
   */
  public StoredAnnotationConfig assign(String project, String config) {
    return await(() -> async.annotationConfigs().assign(project, config));
  }

  /**
   * Takes a config from a project; doing it twice is fine. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @param config its id or exact name
   */
  public void unassign(String project, String config) {
    await(() -> async.annotationConfigs().unassign(project, config));
  }

  /**
   * Lets a project use exactly these configs; none clears them. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @param configs their ids or exact names
   * @return the configs
   */
  public List<StoredAnnotationConfig> replace(String project, Collection<String> configs) {
    return await(() -> async.annotationConfigs().replace(project, configs));
  }

  /**
   * Holds an annotation against the config of its name, before it is sent: is the label known, the
   * score in bounds; and fills in the score of the label. Phoenix itself takes any annotation.
   * Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param annotation what to look at
   * @return what does not fit, and the annotation with its score
   */
  public AnnotationCheck check(AnnotationData annotation) {
    return await(() -> async.annotationConfigs().check(annotation));
  }
}
