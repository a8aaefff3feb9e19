package io.github.phoenixkt.testing;

/** What the handlers share: the tables, and settings that may change while the server runs. */
final class ServerState {
  final Store store;
  final Keys keys;
  final Database database;
  volatile ServerVersion version;
  volatile boolean readOnly;
  volatile boolean locked;

  ServerState(Store store, Keys keys, Database database, ServerVersion version) {
    this.store = store;
    this.keys = keys;
    this.database = database;
    this.version = version;
  }

  boolean has(String since) {
    return version.has(since);
  }
}
