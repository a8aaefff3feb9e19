package io.github.phoenixkt.java;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.annotations.AnnotationData;
import io.github.phoenixkt.configs.AnnotationCheck;
import io.github.phoenixkt.configs.AnnotationConfig;
import io.github.phoenixkt.configs.StoredAnnotationConfig;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Annotation configs: the rubrics that people follow when they annotate in the web UI, and the
 * projects that use them. Since version 15.7, every Phoenix server starts with the config {@code
 * user_feedback}.
 *
 * <p>Where a config is a parameter, its id or its exact name identifies it. To decorate or mock
 * this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncAnnotationConfigsResource {
  /**
   * Reads all configs, the newest first.
   *
   * @return completes with the configs
   */
  CompletableFuture<List<StoredAnnotationConfig>> list();

  /**
   * Reads the configs that a project uses. Since Phoenix 17.16.
   *
   * @param project the project's name or id
   * @return completes with the configs
   */
  CompletableFuture<List<StoredAnnotationConfig>> list(String project);

  /** Reads the first 100 configs. See {@link #list()}. */
  default CompletableFuture<Page<StoredAnnotationConfig>> listPage() {
    return listPage(null, null, Limits.PAGE);
  }

  /**
   * Reads one page of configs.
   *
   * @param project the project's name or id (since Phoenix 17.16), or null for all configs
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 1,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<StoredAnnotationConfig>> listPage(
      @Nullable String project, @Nullable String cursor, int limit);

  /**
   * Reads one config.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the config does not exist.
   *
   * @param config its id or exact name
   * @return completes with the config
   */
  CompletableFuture<StoredAnnotationConfig> get(String config);

  /**
   * Creates a config. Its name and labels are trimmed.
   *
   * <p>Fails with {@link PhoenixException.Conflict} if the name is taken; with {@link
   * IllegalArgumentException} if the name is {@code note}, a text is blank, or Phoenix cannot store
   * a text.
   *
   * @param config the config to create
   * @return completes with the stored config
   */
  CompletableFuture<StoredAnnotationConfig> create(AnnotationConfig config);

  /**
   * Replaces a config, including its type and name. The new name and labels are trimmed.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the config does not exist; with {@link
   * PhoenixException.Conflict} if the new name is taken; with {@link IllegalArgumentException} if
   * the new name is {@code note}, a text is blank, or Phoenix cannot store a text.
   *
   * @param config its id or exact name
   * @param replacement the new config
   * @return completes with the stored config
   */
  CompletableFuture<StoredAnnotationConfig> update(String config, AnnotationConfig replacement);

  /**
   * Deletes a config and removes it from all projects. Annotations with its name are kept.
   *
   * <p>A request without a clear response is repeated, for example after a broken connection or a
   * proxy's 503. If the repeat finds no such config, the call succeeds, although the config may
   * never have existed.
   *
   * @param config its id or exact name
   * @return completes once the config is deleted
   */
  CompletableFuture<@Nullable Void> delete(String config);

  /**
   * Adds a config to a project. If the project already has it, nothing changes. Since Phoenix
   * 17.16.
   *
   * @param project the project's name or id
   * @param config its id or exact name
   * @return completes with the config
   */
  CompletableFuture<StoredAnnotationConfig> assign(String project, String config);

  /**
   * Removes a config from a project. If the project does not have it, nothing changes. Since
   * Phoenix 17.16.
   *
   * @param project the project's name or id
   * @param config its id or exact name
   * @return completes once the config is removed
   */
  CompletableFuture<@Nullable Void> unassign(String project, String config);

  /**
   * Replaces the configs of a project. Since Phoenix 17.16.
   *
   * @param project the project's name or id
   * @param configs their ids or exact names; an empty collection removes all configs
   * @return completes with the configs of the project
   */
  CompletableFuture<List<StoredAnnotationConfig>> replace(
      String project, Collection<String> configs);

  /**
   * Checks an annotation against the config with its name: whether the config has the label, and
   * whether the score is in bounds. Fills in the score of the label. Phoenix itself accepts any
   * annotation. Nothing is written.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if no config has the name.
   *
   * @param annotation the annotation to check
   * @return completes with the problems, and the annotation with its score
   */
  CompletableFuture<AnnotationCheck> check(AnnotationData annotation);
}
