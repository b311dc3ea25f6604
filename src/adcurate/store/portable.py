"""Whatever is not the same on Linux, macOS and Windows: folder fsync, the writer's lock, network drives.

Nothing else in the store asks which system it runs on. Each function has a fallback that is safe where
the system offers nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from adcurate.errors import StoreError

NETWORK_FILE_SYSTEMS = frozenset(
    [
        *(
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "fuse.glusterfs",
            "fuse.rclone",
            "fuse.sshfs",
            "glusterfs",
            "gpfs",
        ),
        *("lustre", "ncpfs", "nfs", "nfs4", "smb2", "smb3", "smbfs"),
    ]
)
_WINDOWS_REMOTE_DRIVE = 4


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut. Windows keeps its own order: nothing to do there."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def take_lock(path: Path) -> IO[bytes]:
    """Hold the one writer's lock until the returned file is closed (or the process ends).

    Raises
    ------
    StoreError
        ``store.locked``, ``store.disk`` where nothing can be written
    """
    with disk_errors():
        stream = path.open("a+b")
    try:
        if sys.platform == "win32":
            import msvcrt

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as trouble:
        stream.close()
        if trouble.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            raise StoreError(
                "store.locked",
                "Another command is writing to this study.",
                remedy="Wait until it is done, or stop it.",
            ) from trouble
        raise disk_error(trouble) from trouble
    return stream


def file_system_of(path: Path) -> str:
    """The type of the file system that holds `path`; "" where the system does not say."""
    resolved = path.resolve()
    if sys.platform == "win32":
        import ctypes

        anchor = resolved.anchor
        remote = anchor.startswith("\\\\") or (
            ctypes.windll.kernel32.GetDriveTypeW(anchor) == _WINDOWS_REMOTE_DRIVE
        )
        return "smb3" if remote else ""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        _, mount, name, *_ = line.split(" ")
        mount = mount.replace("\\040", " ")
        holds = resolved.is_relative_to(mount)
        if holds and len(mount) >= len(best):
            best, kind = mount, name
    return kind


def refuse_network_drive(folder: Path) -> None:
    """Refuse a folder on a network drive, where locks and write order cannot be relied on.

    Raises
    ------
    StoreError
        ``store.network-drive``
    """
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if file_system_of(existing) in NETWORK_FILE_SYSTEMS:
        raise StoreError(
            "store.network-drive",
            "The study folder lies on a network drive, where a study can be damaged without notice.",
            remedy="Use a folder on a local disk, for example below your home folder.",
        )


def disk_error(trouble: OSError) -> StoreError:
    """The store's error for a disk that is full or fails."""
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError("store.disk-full", "The disk is full.", remedy="Free some space and run it again.")
    return StoreError(
        "store.disk", "The disk could not be read or written.", remedy="Check the disk and run it again."
    )


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Turn the system's disk trouble into the store's."""
    try:
        yield
    except OSError as trouble:
        raise disk_error(trouble) from trouble
