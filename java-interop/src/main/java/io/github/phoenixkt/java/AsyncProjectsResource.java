package io.github.phoenixkt.java;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.PhoenixException;
import io.github.phoenixkt.projects.Project;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Projects. Phoenix keeps the traces of each application in a project. It creates a project when a
 * span names it; create one yourself if you need it before the first span.
 *
 * <p>Where a project is a parameter, its id or its exact name identifies it. If the name contains a
 * slash, use the id. To decorate or mock this interface, see {@link PhoenixAsyncClient}.
 */
public interface AsyncProjectsResource {
  /**
   * Reads all projects, the newest first.
   *
   * @return completes with the projects
   */
  CompletableFuture<List<Project>> list();

  /**
   * Reads the projects whose name contains a text. Since Phoenix 17.16.
   *
   * @param nameContains the text, in upper or lower case
   * @return completes with the projects
   */
  CompletableFuture<List<Project>> list(String nameContains);

  /** Reads the first 100 projects. See {@link #list()}. */
  default CompletableFuture<Page<Project>> listPage() {
    return listPage(null, null, Limits.PAGE);
  }

  /**
   * Reads one page of projects.
   *
   * @param nameContains reads projects whose name contains this text, in upper or lower case (since
   *     Phoenix 17.16), or null for all projects
   * @param cursor the cursor from the previous page, or null for the first page
   * @param limit the page size, 1 to 1,000
   * @return completes with the page, which has the cursor of the next page
   */
  CompletableFuture<Page<Project>> listPage(
      @Nullable String nameContains, @Nullable String cursor, int limit);

  /**
   * Reads one project.
   *
   * <p>Fails with {@link PhoenixException.NotFound} if the project does not exist.
   *
   * @param project its name or id
   * @return completes with the project
   */
  CompletableFuture<Project> get(String project);

  /**
   * Creates a project. Its name is trimmed.
   *
   * <p>Fails with {@link PhoenixException.Conflict} if the name is taken; with {@link
   * IllegalArgumentException} if the name is blank, cannot be part of a path ({@code a/b}), or has
   * characters that Phoenix cannot store.
   *
   * @param name the project's name
   * @return completes with the stored project
   * @see #ensure(String)
   */
  CompletableFuture<Project> create(String name);

  /** Creates a project with a description. See {@link #create(String)}. */
  CompletableFuture<Project> create(String name, String description);

  /**
   * Reads the project with this name, or creates it.
   *
   * <p>Fails with {@link IllegalArgumentException} if the name is blank, cannot be part of a path
   * ({@code a/b}), or has characters that Phoenix cannot store.
   *
   * @param name the project's name
   * @return completes with the project
   */
  CompletableFuture<Project> ensure(String name);

  /**
   * Reads the project with this name, or creates it with a description.
   *
   * @param description for a new project; an existing project keeps its own
   * @see #ensure(String)
   */
  CompletableFuture<Project> ensure(String name, String description);

  /**
   * Changes a project's description. Its name cannot be changed. Only admins may do this.
   *
   * @param project its name or id
   * @param description the new description
   * @return completes with the stored project
   */
  CompletableFuture<Project> update(String project, String description);

  /**
   * Deletes a project with all its traces and annotations. Only admins may do this. The project
   * {@code default} cannot be deleted.
   *
   * <p>A request without a clear response is repeated, for example after a broken connection or a
   * proxy's 503. If the repeat finds no such project, the call succeeds, although the project may
   * never have existed.
   *
   * @param project its name or id
   * @return completes once the project is deleted
   */
  CompletableFuture<@Nullable Void> delete(String project);
}
