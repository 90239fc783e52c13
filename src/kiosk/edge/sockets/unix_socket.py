"""Where a Unix socket is listened on: a path that may still hold what a killed process left."""

import errno
import os
import socket
import stat


def bind_anew(listener: socket.socket, path: str) -> None:
    """Bind, replacing the socket that a killed process left; never one that somebody listens on.

    Raises OSError for that one, and for anything at `path` that is no socket: not ours to remove.
    """
    try:
        listener.bind(path)
    except OSError:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            # A socket that nobody listens on refuses, and so does a plain file.
            heard = probe.connect_ex(path) != errno.ECONNREFUSED
            if heard or not stat.S_ISSOCK(os.lstat(path).st_mode):
                listener.close()
                raise
        os.unlink(path)
        listener.bind(path)
