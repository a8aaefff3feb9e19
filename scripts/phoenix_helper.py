"""What scripts/phoenix needs Python for. Standard library only."""

import http.cookies
import json
import os
import secrets
import socket
import sys
import urllib.error
import urllib.request

# A proxy of the environment is not for loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_ports():
    """Two ports that were free a moment ago: held together, so that they differ."""
    sockets = [socket.socket() for _ in range(2)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    print(*(s.getsockname()[1] for s in sockets))


def is_ready(endpoint):
    try:
        with OPENER.open(endpoint + "/readyz", timeout=5) as response:
            sys.exit(response.status != 200)
    except OSError:
        sys.exit(1)


def new_secrets():
    """Phoenix wants 32 characters or more, a lower case letter and a digit among them."""
    for name in ("PHOENIX_SECRET", "PHOENIX_ADMIN_SECRET"):
        print(f"{name}=a1{secrets.token_hex(24)}")


def post(endpoint, path, body, token=None):
    request = urllib.request.Request(endpoint + path, json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with OPENER.open(request, timeout=60) as response:
            return response.headers, response.read()
    except urllib.error.HTTPError as error:
        sys.exit(f"POST {path}: {error.code} {error.read().decode(errors='replace')[:500]}")


def api_key(endpoint, role, admin_secret):
    """A user of that role, and a key of that user's own: only a logged-in user may make one."""
    email, password = f"{role.lower()}@example.com", secrets.token_urlsafe(24)
    user = {"auth_method": "LOCAL", "email": email, "username": role.lower(), "role": role, "password": password}
    post(endpoint, "/v1/users", {"user": user, "send_welcome_email": False}, admin_secret)
    headers, _ = post(endpoint, "/auth/login", {"email": email, "password": password})
    cookies = http.cookies.SimpleCookie()
    for header in headers.get_all("Set-Cookie"):
        cookies.load(header)
    session = cookies["phoenix-access-token"].value
    _, body = post(endpoint, "/v1/user/api_keys", {"data": {"name": "tests"}}, session)
    return json.loads(body)["data"]["key"]


def api_keys(endpoint):
    admin_secret = os.environ["PHOENIX_ADMIN_SECRET"]
    for role in ("MEMBER", "VIEWER"):
        print(f"PHOENIX_TEST_{role}_KEY={api_key(endpoint, role, admin_secret)}")


COMMANDS = {"free-ports": free_ports, "is-ready": is_ready, "secrets": new_secrets, "api-keys": api_keys}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])
