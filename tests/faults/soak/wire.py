"""The workspace's control API over connections that are kept, one for each thread."""

import http.client
import json
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60


class Gone(Exception):
    """The workspace itself did not answer: nothing can be judged any more."""


@dataclass
class Wire:
    """Asks the workspace, and counts how often something was done."""

    url: str
    token: str
    local: threading.local = field(default_factory=threading.local)
    asked: int = 0
    connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def close(self) -> None:
        """Hang up."""
        for one in self.connections:
            one.close()

    def get(self, path: str) -> Any:
        """Return what is there."""
        return json.loads(self._ask("GET", path, None))

    def post(self, path: str, **body: Any) -> Any:
        """Do something as somebody, or to the workspace."""
        self.asked += 1
        return json.loads(self._ask("POST", path, json.dumps(body)))

    def raw(self, path: str) -> bytes:
        """Return what stands at an address of the workspace, such as a file."""
        return self._ask("GET", path, None, whole=True)

    def fault(self, **fault: Any) -> None:
        """Ask for trouble."""
        answer = self.post("fault", **fault)
        assert answer.get("ok"), answer

    def _ask(self, method: str, path: str, body: str | None, *, whole: bool = False) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        place = path if whole else f"{urlsplit(self.url).path}/{path}"
        try:
            return self._once(method, place, body, headers)
        except (http.client.HTTPException, ConnectionError):
            # Only the kept connection was old: the workspace itself is never stopped.
            self.local.kept = None
            time.sleep(0.05)
            try:
                return self._once(method, place, body, headers)
            except (OSError, http.client.HTTPException) as error:
                raise Gone(str(error)) from error

    def _once(self, method: str, place: str, body: str | None, headers: dict[str, str]) -> bytes:
        kept = getattr(self.local, "kept", None)
        if kept is None:
            kept = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE_SECONDS)
            self.local.kept = kept
            self.connections.append(kept)
        kept.request(method, place, body, headers)
        return bytes(kept.getresponse().read())
