"""Python imports this by itself at its start. It notes each file that the process changes.

What stands below WATCH_READ_ONLY it lets nobody change, as a read-only file system does.
"""

import errno
import os
import sys

_CHANGES = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.setxattr", "os.symlink", "os.truncate", "os.utime", "sqlite3.connect",
}  # fmt: skip
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_READ_ONLY = os.environ.get("WATCH_READ_ONLY")
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
        changed = os.path.abspath(os.fsdecode(path))
        os.write(_NOTES, f"{changed}\n".encode())
        if _READ_ONLY and changed.startswith(f"{_READ_ONLY}/"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), changed)


sys.addaudithook(_note)
