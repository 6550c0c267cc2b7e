"""Answers whoever watches over this process, on a port of its own: one word, or figures.

Nothing of it is reachable through the address that Slack calls. Imported only where HEALTH_PORT is
set.
"""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import AF_INET, AF_INET6
from socketserver import TCPServer

from bot.prometheus import CONTENT_TYPE, Prometheus
from bot.pulse import ALIVE, READY, Pulse
from bot.settings import BadSettings

_PATIENCE_SECONDS = 5
_WORD = "text/plain; charset=utf-8"

Answer = tuple[int, str, bytes]


def serve(host: str, port: int, pulse: Pulse, figures: Prometheus) -> Callable[[], None]:
    """Answer from now on, in threads of its own; return how to stop.

    Raises:
        BadSettings: The port cannot be used.
    """

    def health() -> Answer:
        return _word(pulse.life(), ALIVE)

    def ready() -> Answer:
        return _word(pulse.readiness(), READY)

    def metrics() -> Answer:
        return 200, CONTENT_TYPE, figures.page()

    pages = {"/health": health, "/ready": ready, "/metrics": metrics}
    try:
        server = _Server((host, port), pages)
    except OSError as error:
        raise BadSettings(
            f"Port {port} on {host} cannot be used ({error.strerror}). "
            "Stop what uses it, or choose another with HEALTH_PORT."
        ) from None
    thread = threading.Thread(target=server.serve_forever, daemon=True, name="health")
    thread.start()

    def stop() -> None:
        server.shutdown()
        server.server_close()

    return stop


def _word(word: str, good: str) -> Answer:
    return (200 if word == good else 503), _WORD, f"{word}\n".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], pages: dict[str, Callable[[], Answer]]) -> None:
        self.pages = pages
        self.address_family = AF_INET6 if ":" in address[0] else AF_INET
        super().__init__(address, _Asked)

    def server_bind(self) -> None:
        # Not HTTPServer's own, which asks a name server what this computer is called.
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: somebody hung up."""


class _Asked(BaseHTTPRequestHandler):
    timeout = _PATIENCE_SECONDS
    server: _Server
    server_version = "Alongside"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer one of the pages, and nothing else."""
        page = self.server.pages.get(self.path)
        status, kind, content = page() if page is not None else (404, _WORD, b"")
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing: the log is not about who asks."""
