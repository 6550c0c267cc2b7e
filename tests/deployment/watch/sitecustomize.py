"""Python imports this by itself at its start. It notes each file that the process changes."""

import os
import sys

_CHANGES = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.setxattr", "os.symlink", "os.truncate", "os.utime", "sqlite3.connect",
}  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_NOTES = os.open(os.environ["WATCH_NOTES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _note(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if not (set(mode or "") & set("wax+") or (flags or 0) & _WRITES):
            return
    elif event not in _CHANGES:
        return
    path = arguments[0]
    if event == "os.mkdir" and os.path.isdir(path):
        return  # It only makes sure that it is there.
    if isinstance(path, (str, bytes, os.PathLike)):
        os.write(_NOTES, f"{os.path.abspath(os.fsdecode(path))}\n".encode())


sys.addaudithook(_note)
