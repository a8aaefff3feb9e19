package io.github.phoenixkt.java;

import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.projects.Project;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Projects. Phoenix makes a project by itself when a span names it; creating one is for having it
 * before.
 *
 * <p>A project is named by its id or by its exact name; a name with a slash only by its id. Futures
 * fail with a {@link io.github.phoenixkt.PhoenixException}.
 */
public final class AsyncProjectsResource extends AsyncResource {
  private static final int DEFAULT_PAGE = 100;

  AsyncProjectsResource(Calls calls) {
    super(calls);
  }

  /**
   * All projects, newest first.
   *
   * @return all of them
   */
  public CompletableFuture<List<Project>> list() {
    return calls.list(() -> calls.client.getProjects().list(null));
  }

  /**
   * The projects whose name has a text in it, in any case. Since Phoenix 17.16.
   *
   * @param nameContains the text
   * @return all of them
   */
  public CompletableFuture<List<Project>> list(String nameContains) {
    requireNonNull(nameContains, "nameContains");
    return calls.list(() -> calls.client.getProjects().list(nameContains));
  }

  /**
   * The first page of at most 100 of all projects.
   *
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<Project>> listPage() {
    return listPage(null, null, DEFAULT_PAGE);
  }

  /**
   * One page of projects. Since Phoenix 17.16 where a part of the name is given.
   *
   * @param nameContains what the name has in it, in any case, or null for all
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public CompletableFuture<Page<Project>> listPage(
      @Nullable String nameContains, @Nullable String cursor, int limit) {
    return calls.call(k -> calls.client.getProjects().listPage(nameContains, cursor, limit, k));
  }

  /**
   * The project of that id or name. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param project its name or id
   * @return the project
   */
  public CompletableFuture<Project> get(String project) {
    requireNonNull(project, "project");
    return calls.call(k -> calls.client.getProjects().get(project, k));
  }

  /**
   * Makes a project. Its name is trimmed. Fails with {@link
   * io.github.phoenixkt.PhoenixException.Conflict} when there is one of that name; {@link
   * #ensure(String)} takes it instead. Fails with {@link IllegalArgumentException} when the name is
   * blank, could never be reached in a path ({@code a/b}), or holds what Phoenix cannot store.
   *
   * @param name how it is called
   * @return the project as it is stored
   */
  public CompletableFuture<Project> create(String name) {
    requireNonNull(name, "name");
    return calls.call(k -> calls.client.getProjects().create(name, null, k));
  }

  /**
   * Makes a project. Its name is trimmed. Fails with {@link
   * io.github.phoenixkt.PhoenixException.Conflict} when there is one of that name; {@link
   * #ensure(String)} takes it instead. Fails with {@link IllegalArgumentException} when the name is
   * blank, could never be reached in a path ({@code a/b}), or holds what Phoenix cannot store.
   *
   * @param name how it is called
   * @param description for people
   * @return the project as it is stored
   */
  public CompletableFuture<Project> create(String name, String description) {
    requireNonNull(name, "name");
    requireNonNull(description, "description");
    return calls.call(k -> calls.client.getProjects().create(name, description, k));
  }

  /**
   * The project of that name, made if there is none. Fails with {@link IllegalArgumentException}
   * when the name is blank, could never be reached in a path ({@code a/b}), or holds what Phoenix
   * cannot store.
   *
   * @param name how it is called
   * @return the project
   */
  public CompletableFuture<Project> ensure(String name) {
    requireNonNull(name, "name");
    return calls.call(k -> calls.client.getProjects().ensure(name, null, k));
  }

  /**
   * The project of that name, made if there is none. Fails with {@link IllegalArgumentException}
   * when the name is blank, could never be reached in a path ({@code a/b}), or holds what Phoenix
   * cannot store. The description is for a new one; an old one keeps its own.
   *
   * @param name how it is called
   * @param description for people
   * @return the project
   */
  public CompletableFuture<Project> ensure(String name, String description) {
    requireNonNull(name, "name");
    requireNonNull(description, "description");
    return calls.call(k -> calls.client.getProjects().ensure(name, description, k));
  }

  /**
   * Changes the description; a name cannot be changed. Admins only.
   *
   * @param project its name or id
   * @param description for people
   * @return the project as it is stored
   */
  public CompletableFuture<Project> update(String project, String description) {
    requireNonNull(project, "project");
    requireNonNull(description, "description");
    return calls.call(k -> calls.client.getProjects().update(project, description, k));
  }

  /**
   * Deletes a project with all its traces and annotations. Admins only; {@code default} cannot be
   * deleted.
   *
   * @param project its name or id
   * @return done when it is so
   */
  public CompletableFuture<@Nullable Void> delete(String project) {
    requireNonNull(project, "project");
    return calls.run(k -> calls.client.getProjects().delete(project, k));
  }
}
