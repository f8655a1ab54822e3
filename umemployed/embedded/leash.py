"""Become another program that dies with its parent.

Run as ``python -I -S leash.py PARENT SIGNAL UID:GID PROGRAM [ARGUMENT …]``, the program with its path.
``UID:GID`` may be ``-``.
A separate program and not a ``preexec_fn``, because code between fork and exec is unsafe in a process
that has threads. The order matters: the kernel forgets the parent-death signal when the user changes,
so the user changes first; and a parent that died before the signal was armed never fires it, so the
parent is checked last. The signal fires when the parent *thread* ends: start leashed programs from the
main thread only.

With the program ``?`` it only answers, by exit status 0 or 1, whether the user may execute the file (or
pass the folder) that follows.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1
CANNOT_EXECUTE = 126


def drop_to(uid: int, gid: int) -> None:
    """Give up root for good: groups first, because only root may change them."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def arm(libc: ctypes.CDLL | None, number: int, parent: int) -> None:
    """Ask the kernel for ``number`` when the parent dies; leave at once if it is dead already."""
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def main(arguments: list[str]) -> None:
    """Drop, arm, become."""
    parent, number, who, program = int(arguments[0]), int(arguments[1]), arguments[2], arguments[3]
    # Loaded first, and nothing after: the user that we become may not be able to reach this Python's library.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if who != "-":
        uid, gid = who.split(":")
        drop_to(int(uid), int(gid))
        os.umask(0o077)
    if program == "?":
        sys.exit(0 if os.access(arguments[4], os.X_OK) else 1)
    arm(libc, number, parent)
    try:
        os.execv(program, arguments[3:])
    except OSError as error:
        sys.stderr.write(f"cannot run {program}: {error.strerror}\n")
        sys.exit(CANNOT_EXECUTE)


if __name__ == "__main__":
    main(sys.argv[1:])
