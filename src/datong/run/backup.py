"""Backup: one file that a project can be made from again, and the proof that it can.

In:  a project; later a backup.
Out: a tar file with the current release, the vault, what people decided, the audit,
mappings and settings; a restored project, every file of it compared.

The operational store is copied as SQLite copies itself, so that a server may go on; the
server's store in PostgreSQL, if it has one, as of one moment. Silos are the hospitals'.
The file holds identifiers: it is for its owner only, and should be kept encrypted.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import IO

from datong.core.reason import Trouble
from datong.lake.releases import sha256
from datong.run.project import MADE, Project
from datong.run.reasons import BACKUP, EXISTS
from datong.store.copying import copy_store
from datong.store.manifest import RELEASE_FILE
from datong.store.whole import open_whole

LISTED = "backup.json"  # the last member: path -> SHA-256
BESIDE = ("datong.toml", "policy.toml", "quality.toml", "vip.csv")
FOLDERS = ("mappings", "mends", "audit", f"{MADE}/vault")
STORE = f"{MADE}/store.sqlite"
TEAM = f"{MADE}/team.sqlite"  # what a server kept in PostgreSQL
PASSED = {".lock", "run.lock"}


def backup(project: Project, file: Path, database: str = "") -> int:
    """Write a backup; return how many files are in it. Raises if the file exists.

    `database` is the address of the server's store, where that is not in the project.
    """
    project.admit_owner()
    if file.exists():
        raise Trouble(EXISTS, where=file, folder=file.name)
    part = file.with_name(f".{file.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as opened, tempfile.TemporaryDirectory() as aside:
        copy = Path(aside) / "store.sqlite"
        _copy_store(project.root / STORE, copy)
        listed = {}
        with tarfile.open(fileobj=opened, mode="w") as tar:
            stores = [(STORE, copy)]
            if database:
                stores.append((TEAM, copied(database, Path(aside) / "team.sqlite")))
            for name, place in [*_members(project), *stores]:
                listed[name] = _add(tar, name, place)
            text = json.dumps(listed).encode()
            _put(tar, LISTED, io.BytesIO(text), len(text))
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
    return len(listed)


def restore(file: Path, folder: Path, database: str = "") -> int:
    """Make a project of a backup in a new folder, every file compared.

    `database`: an empty one, for the server's store if the backup has one.

    Nothing is there until all of it was right. Returns how many files were compared.
    """
    if folder.exists():
        raise Trouble(EXISTS, where=folder, folder=folder)
    aside = folder.with_name(f".{folder.name}.part")
    aside.mkdir(mode=0o700)
    try:
        with tarfile.open(file) as tar:
            found = _unpack(tar, aside)
        listed = json.loads(found.pop(LISTED, b"{}"))
    except (OSError, ValueError, tarfile.TarError) as error:
        raise Trouble(BACKUP, where=file, said=type(error).__name__) from error
    wrong = [name for name in listed if _digest(aside, name) != listed[name]]
    if wrong or not listed:
        raise Trouble(BACKUP, where=file, said=", ".join(wrong[:3]) or LISTED)
    _check_store(aside / STORE, file)
    restored = Project(aside)
    restored.releases.verify(restored.releases.current())
    restored.store.dispose()
    if database and (aside / TEAM).exists():
        copied(aside / TEAM, database)
        (aside / TEAM).unlink()
    aside.replace(folder)
    return len(listed)


def copied(source: str | Path, target: str | Path) -> Path:
    """Copy one store whole into another, which is new."""
    old, new = open_whole(source), open_whole(target)
    try:
        copy_store(old, new)
    finally:
        old.dispose()
        new.dispose()
    return Path(target)


def _members(project: Project) -> Iterator[tuple[str, Path]]:
    """Name what a project is made of again: the current release, not the older ones."""
    root = project.root
    for name in BESIDE:
        if (root / name).exists():
            yield name, root / name
    for folder in FOLDERS:
        for place in sorted((root / folder).rglob("*")):
            if place.is_file() and place.name not in PASSED:
                yield place.relative_to(root).as_posix(), place
    current = RELEASE_FILE.c.release == project.releases.current()
    with project.store.connect() as db:
        paths = db.execute(RELEASE_FILE.select().where(current)).all()
    for row in paths:
        yield f"{MADE}/{row.path}", project.made / row.path


def _copy_store(store: Path, copy: Path) -> None:
    """Copy the store while it is in use."""
    with closing(sqlite3.connect(store)) as here, closing(sqlite3.connect(copy)) as to:
        here.backup(to)


def _check_store(store: Path, file: Path) -> None:
    """Let SQLite prove its own file."""
    with closing(sqlite3.connect(store)) as db:
        said = db.execute("pragma integrity_check").fetchone()[0]
    if said != "ok":
        raise Trouble(BACKUP, where=file, said=STORE)


def _add(tar: tarfile.TarFile, name: str, place: Path) -> str:
    """Put a file into the tar; return its SHA-256."""
    if place.suffix == ".jsonl":  # the audit grows meanwhile: its whole lines
        content = place.read_bytes()
        content = content[: content.rfind(b"\n") + 1]
        _put(tar, name, io.BytesIO(content), len(content))
        return hashlib.sha256(content).hexdigest()
    with place.open("rb") as opened:
        _put(tar, name, opened, place.stat().st_size)
    return sha256(place)


def _put(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int) -> None:
    """Write one member, for its owner only."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, content)


def _unpack(tar: tarfile.TarFile, folder: Path) -> dict[str, bytes]:
    """Write the members below the folder, nowhere else; return the list."""
    for member in tar:
        path = PurePosixPath(member.name)
        content = tar.extractfile(member)
        if path.is_absolute() or ".." in path.parts or content is None:
            raise ValueError(member.name)
        if member.name == LISTED:
            return {LISTED: content.read()}
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with place.open("wb") as opened:
            shutil.copyfileobj(content, opened)
        place.chmod(0o600)
    return {}


def _digest(folder: Path, name: str) -> str:
    """Return the SHA-256 of a restored file; empty where there is none."""
    place = folder / name
    return sha256(place) if place.is_file() else ""
