package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.configs.AnnotationCheck;
import io.github.phoenixkt.configs.AnnotationConfig;
import io.github.phoenixkt.configs.StoredAnnotationConfig;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Annotation configs: rubrics, and which projects use them. Phoenix has one from the start, {@code
 * user_feedback} (since 15.7).
 *
 * <p>A config is named by its id or by its exact name. Futures fail with a {@link
 * io.github.phoenixkt.PhoenixException}.
 */
public final class AsyncAnnotationConfigsResource extends AsyncResource {
  private static final int DEFAULT_PAGE = 100;

  AsyncAnnotationConfigsResource(Calls calls) {
    super(calls);
  }

  /**
   * All configs, newest first.
   *
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotationConfig>> list() {
    return calls.list(() -> calls.client.getAnnotationConfigs().list(null));
  }

  /**
   * The configs that are assigned to a project. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @return all of them
   */
  public CompletableFuture<List<StoredAnnotationConfig>> list(String project) {
    requireNonNull(project, "project");
    return calls.list(() -> calls.client.getAnnotationConfigs().list(project));
  }

  /**
   * The first page of at most 100 of all configs.
   *
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotationConfig>> listPage() {
    return listPage(null, null, DEFAULT_PAGE);
  }

  /**
   * One page of configs. Since Phoenix 17.16 where a project is named.
   *
   * @param project its name or id, or null for all configs
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<StoredAnnotationConfig>> listPage(
      @Nullable String project, @Nullable String cursor, int limit) {
    return calls.call(k -> calls.client.getAnnotationConfigs().listPage(project, cursor, limit, k));
  }

  /**
   * The config of that id or name. Fails with {@link io.github.phoenixkt.PhoenixException.NotFound}
   * when there is none.
   *
   * @param config its id or exact name
   * @return the config
   */
  public CompletableFuture<StoredAnnotationConfig> get(String config) {
    requireNonNull(config, "config");
    return calls.call(k -> calls.client.getAnnotationConfigs().get(config, k));
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
  public CompletableFuture<StoredAnnotationConfig> create(AnnotationConfig config) {
    requireNonNull(config, "config");
    return calls.call(k -> calls.client.getAnnotationConfigs().create(config, k));
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
  public CompletableFuture<StoredAnnotationConfig> update(
      String config, AnnotationConfig replacement) {
    requireNonNull(config, "config");
    requireNonNull(replacement, "replacement");
    return calls.call(k -> calls.client.getAnnotationConfigs().update(config, replacement, k));
  }

  /**
   * Deletes a config and its assignments; annotations of its name stay.
   *
   * @param config its id or exact name
   * @return done when it is so
   */
  public CompletableFuture<@Nullable Void> delete(String config) {
    requireNonNull(config, "config");
    return calls.run(k -> calls.client.getAnnotationConfigs().delete(config, k));
  }

  /**
   * Lets a project use a config; doing it twice is fine. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @param config its id or exact name
   * @return the config
   */
  public CompletableFuture<StoredAnnotationConfig> assign(String project, String config) {
    requireNonNull(project, "project");
    requireNonNull(config, "config");
    return calls.call(k -> calls.client.getAnnotationConfigs().assign(project, config, k));
  }

  /**
   * Takes a config from a project; doing it twice is fine. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @param config its id or exact name
   * @return done when it is so
   */
  public CompletableFuture<@Nullable Void> unassign(String project, String config) {
    requireNonNull(project, "project");
    requireNonNull(config, "config");
    return calls.run(k -> calls.client.getAnnotationConfigs().unassign(project, config, k));
  }

  /**
   * Lets a project use exactly these configs; none clears them. Since Phoenix 17.16.
   *
   * @param project its name or id
   * @param configs their ids or exact names
   * @return the configs
   */
  public CompletableFuture<List<StoredAnnotationConfig>> replace(
      String project, Collection<String> configs) {
    requireNonNull(project, "project");
    List<String> copy = Checks.copyOf(configs, "configs");
    return calls.call(k -> calls.client.getAnnotationConfigs().replace(project, copy, k));
  }

  /**
   * Holds an annotation against the config of its name, before it is sent: is the label known, the
   * score in bounds; and fills in the score of the label. Phoenix itself takes any annotation.
   * Fails with {@link io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param annotation what to look at
   * @return what does not fit, and the annotation with its score
   */
  public CompletableFuture<AnnotationCheck> check(AnnotationData annotation) {
    requireNonNull(annotation, "annotation");
    return calls.call(k -> calls.client.getAnnotationConfigs().check(annotation, k));
  }
}
