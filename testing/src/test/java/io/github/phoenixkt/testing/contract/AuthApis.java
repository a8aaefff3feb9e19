package io.github.phoenixkt.testing.contract;

import java.net.URI;

/** The same server, asked by different people. */
record AuthApis(Api admin, Api member, Api viewer, Api nobody, URI endpoint) {
  static AuthApis of(URI endpoint, String adminSecret, String memberKey, String viewerKey) {
    return new AuthApis(
        new Api(endpoint, "Bearer " + adminSecret),
        new Api(endpoint, "Bearer " + memberKey),
        new Api(endpoint, "Bearer " + viewerKey),
        new Api(endpoint, null),
        endpoint);
  }
}
