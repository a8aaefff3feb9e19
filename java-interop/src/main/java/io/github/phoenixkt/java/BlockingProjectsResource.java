package io.github.phoenixkt.java;

import static io.github.phoenixkt.java.Waiting.await;
import static java.util.Objects.requireNonNull;

import io.github.phoenixkt.Page;
import io.github.phoenixkt.projects.Project;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Projects. Phoenix makes a project by itself when a span names it; creating one is for having it
 * before.
 *
 * <p>A project is named by its id or by its exact name; a name with a slash only by its id. Every
 * method may throw a {@link io.github.phoenixkt.PhoenixException}.
 */
public final class BlockingProjectsResource extends BlockingResource {

  BlockingProjectsResource(PhoenixAsyncClient async) {
    super(async);
  }

  /**
   * All projects, newest first.
   *
   * @return fetched page by page as it is read; close it when you do not read it to its end
   */
  public Stream<Project> list() {
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getProjects().list(null));
  }

  /**
   * The projects whose name has a text in it, in any case. Since Phoenix 17.16.
   *
   * @param nameContains the text
   * @return fetched page by page as it is read; close it when you do not read it to its end
   */
  public Stream<Project> list(String nameContains) {
    requireNonNull(nameContains, "nameContains");
    Calls calls = async.calls();
    return FlowStream.of(calls, calls.client.getProjects().list(nameContains));
  }

  /**
   * The first page of at most 100 of all projects.
   *
   * @return the page, with the cursor of the next
   */
  public Page<Project> listPage() {
    return await(() -> async.projects().listPage());
  }

  /**
   * One page of projects. Since Phoenix 17.16 where a part of the name is given.
   *
   * @param nameContains what the name has in it, in any case, or null for all
   * @param cursor of the page before, or null for the first
   * @param limit the size of the page, 1 to 1,000
   * @return the page, with the cursor of the next
   */
  public Page<Project> listPage(@Nullable String nameContains, @Nullable String cursor, int limit) {
    return await(() -> async.projects().listPage(nameContains, cursor, limit));
  }

  /**
   * The project of that id or name. Fails with {@link
   * io.github.phoenixkt.PhoenixException.NotFound} when there is none.
   *
   * @param project its name or id
   * @return the project
   */
  public Project get(String project) {
    return await(() -> async.projects().get(project));
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
  public Project create(String name) {
    return await(() -> async.projects().create(name));
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
  public Project create(String name, String description) {
    return await(() -> async.projects().create(name, description));
  }

  /**
   * The project of that name, made if there is none. Fails with {@link IllegalArgumentException}
   * when the name is blank, could never be reached in a path ({@code a/b}), or holds what Phoenix
   * cannot store.
   *
   * @param name how it is called
   * @return the project
   */
  public Project ensure(String name) {
    return await(() -> async.projects().ensure(name));
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
  public Project ensure(String name, String description) {
    return await(() -> async.projects().ensure(name, description));
  }

  /**
   * Changes the description; a name cannot be changed. Admins only.
   *
   * @param project its name or id
   * @param description for people
   * @return the project as it is stored
   */
  public Project update(String project, String description) {
    return await(() -> async.projects().update(project, description));
  }

  /**
   * Deletes a project with all its traces and annotations. Admins only; {@code default} cannot be
   * deleted.
   *
   * @param project its name or id
   */
  public void delete(String project) {
    await(() -> async.projects().delete(project));
  }
}
