"""What the sandbox remembers: one table of JSON records, and media files named by their SHA-256.

In memory, or with a path in SQLite plus a folder beside it; each write is durable before it returns.
"""

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Body = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX IF NOT EXISTS records_by_owner ON records (kind, owner, seq);
"""


@dataclass(frozen=True)
class Record:
    """One remembered thing; `seq` grows in the order things were first written."""

    seq: int
    key: str
    owner: str
    body: Body


class Records:
    """JSON records by kind and key, optionally belonging to an owner."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA busy_timeout = 5000")
        self._db.executescript(_SCHEMA)
        self._depth = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are durable together when the outermost block ends, or none of them is."""
        if self._depth == 0:
            self._db.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._db.execute("COMMIT")

    def put(self, kind: str, key: str, body: Body, *, owner: str = "") -> None:
        self._db.execute(
            "INSERT INTO records (kind, key, owner, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, owner = excluded.owner",
            (kind, key, owner, json.dumps(body, ensure_ascii=False)),
        )

    def get(self, kind: str, key: str) -> Body | None:
        row = self._db.execute("SELECT body FROM records WHERE kind = ? AND key = ?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def delete(self, kind: str, key: str) -> None:
        self._db.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind, key))

    def every(
        self, kind: str, *, owner: str | None = None, newest_first: bool = False, limit: int = -1
    ) -> list[Record]:
        rows = self._db.execute(
            "SELECT seq, key, owner, body FROM records WHERE kind = ? AND (? IS NULL OR owner = ?)"
            f" ORDER BY seq {'DESC' if newest_first else 'ASC'} LIMIT ?",
            (kind, owner, owner, limit),
        )
        return [Record(seq, key, owned_by, json.loads(body)) for seq, key, owned_by, body in rows]

    def clear(self) -> None:
        self._db.execute("DELETE FROM records")

    def close(self) -> None:
        self._db.close()


@dataclass(frozen=True, kw_only=True)
class StoredMedia:
    """Bytes the sandbox fetched or was sent; `path` is where it serves them."""

    sha256: str
    mime: str
    size: int

    @property
    def path(self) -> str:
        return f"/media/{self.sha256}"


class MediaFiles:
    """Media by SHA-256, each file complete and synced before it has its name."""

    def __init__(self, folder: Path | None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="pressrun-sandbox-") if folder is None else None
        self.folder = folder or Path(self._temporary.name if self._temporary else ".")
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, *, mime: str) -> StoredMedia:
        sha256 = hashlib.sha256(content).hexdigest()
        final = self.folder / sha256
        if not final.exists():
            with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as unfinished:
                unfinished.write(content)
                unfinished.flush()
                os.fsync(unfinished.fileno())
            Path(unfinished.name).replace(final)
        return StoredMedia(sha256=sha256, mime=mime, size=len(content))

    def keep_file(self, unfinished: Path, *, mime: str) -> StoredMedia:
        """Takes over a file written into `folder`, without reading it into memory."""
        stored = self.adopt(unfinished, mime=mime)
        unfinished.unlink()
        return stored

    def adopt(self, complete: Path, *, mime: str) -> StoredMedia:
        """The same, but the file keeps its old name too, until whoever wrote it has noted the new one."""
        with complete.open("rb+") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
            size = file.tell()
        with contextlib.suppress(FileExistsError):
            os.link(complete, self.folder / sha256)
        return StoredMedia(sha256=sha256, mime=mime, size=size)

    def find(self, sha256: str) -> Path | None:
        named = self.folder / sha256
        return named if sha256.isalnum() and named.is_file() else None

    def clear(self) -> None:
        for file in self.folder.iterdir():
            file.unlink(missing_ok=True)

    def close(self) -> None:
        if self._temporary is not None:
            self._temporary.cleanup()
