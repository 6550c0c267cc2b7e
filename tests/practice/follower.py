"""An app that follows the practice clock, and says good morning at nine."""

import json
import threading
import urllib.request
from datetime import UTC, datetime, timedelta


class EarlyBird:
    """Posts to each of `people` once a day, as soon as the practice clock shows `hour` in UTC."""

    def __init__(self, practice, client, people, hour=9):
        """Nothing happens before it is entered."""
        self.url, self.client, self.people, self.hour = practice.url, client, people, hour
        self.said = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def _ask(self, seen):
        query = "" if seen is None else f"?seen={seen}"
        with urllib.request.urlopen(f"{self.url}control/clock{query}", timeout=30) as answer:
            face = json.load(answer)
        return face["version"], datetime.fromisoformat(face["now"])

    def _follow(self):
        version, now = self._ask(None)
        due = now.astimezone(UTC).replace(hour=self.hour, minute=0, second=0, microsecond=0)
        due += timedelta(days=due <= now)
        while not self._stop.is_set():
            version, now = self._ask(version)
            if now < due or self._stop.is_set():
                continue
            # Another thread, as the clock must be asked again at once.
            threading.Thread(target=self._say, args=(due,)).start()
            while due <= now:
                due += timedelta(days=1)

    def _say(self, due):
        # Looking into a database takes a moment before the first call.
        threading.Event().wait(0.03)
        for person in self.people:
            stamp = self.client.chat_postMessage(channel=person, text=f"Morning, {due:%A}")["ts"]
            self.said.append((due.timestamp(), float(stamp)))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *what):
        self._stop.set()
