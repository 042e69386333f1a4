"""A small closed-loop HTTP client with cookies, on keep-alive connections to loopback."""

import http.client
import re
import threading
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """One visitor: keeps cookies, fills in the CSRF token of the last page."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.cookies: dict[str, str] = {}
        self.page = ""

    def _request(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Accept-Language": "vi", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        self.page = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        return answer.status, answer.headers.get("Location", "")

    def get(self, path: str) -> str:
        status, _ = self._request("GET", path)
        if status != 200:
            raise SystemExit(f"GET {path}: {status}\n{self.page[:600]}")
        return self.page

    def post(self, path: str, **fields: object) -> str:
        """Post with the CSRF token of the page seen last; returns the address it leads to."""
        token = TOKEN.search(self.page)
        fields["csrfmiddlewaretoken"] = token.group(1) if token else ""
        status, location = self._request("POST", path, urlencode(fields))
        if status not in (200, 302):
            raise SystemExit(f"POST {path}: {status}\n{self.page[:600]}")
        return location


def repeat(action: Callable[[int], None], *, times: int, threads: int) -> float:
    """Run ``action(i)`` for i < times over some threads; seconds of wall time."""
    numbers = iter(range(times))
    lock = threading.Lock()
    errors: list[BaseException] = []

    def loop() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or errors:
                return
            try:
                action(number)
            except BaseException as error:
                errors.append(error)
                raise

    begun = time.perf_counter()
    workers = [threading.Thread(target=loop) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - begun
