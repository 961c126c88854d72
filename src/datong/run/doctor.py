"""Is this machine fit for datong? Each thing looked at, and what to do if it is not.

In:  a folder.
Out: findings.
"""

import locale
import platform
import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryFile

import psutil

from datong.core.say import Say

PACKAGES = ("duckdb", "pyarrow", "numpy", "sqlalchemy", "sqlglot", "rich", "click")
EXTRAS = {"excel": "python-calamine", "terms": "lightgbm", "web": "fastapi"}
GB = 2**30
NOTHING = Say("", "")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: Say
    found: str
    is_well: bool
    cure: Say = NOTHING


def examine(folder: Path) -> Iterator[Finding]:
    """Look at Python, packages, disk, memory, locale, rights and the port."""
    is_new = sys.version_info >= (3, 11)
    yield Finding(
        Say("Python 3.11 or newer", "Python 3.11 或更新"),
        platform.python_version(),
        is_new,
        Say("Install a newer Python.", "请安装更新的 Python。"),
    )
    yield from _packages()
    free = shutil.disk_usage(folder).free / GB
    yield Finding(
        Say("free disk (5 GB or more)", "磁盘剩余空间（不少于 5 GB）"),
        f"{free:,.0f} GB",
        free >= 5,
        Say(
            "`datong releases prune`, or another disk.",
            "`datong releases prune` 或换磁盘。",
        ),
    )
    memory = psutil.virtual_memory().available / GB
    yield Finding(
        Say("free memory (2 GB or more)", "可用内存（不少于 2 GB）"),
        f"{memory:,.1f} GB",
        memory >= 2,
        Say("Close other programs.", "请关闭其他程序。"),
    )
    encoding = locale.getpreferredencoding(do_setlocale=False)
    yield Finding(
        Say("text encoding of the terminal", "终端文本编码"),
        encoding,
        encoding.lower().replace("-", "") in {"utf8", "cp65001"},
        Say("Set PYTHONUTF8=1.", "请设置 PYTHONUTF8=1。"),
    )
    yield _rights(folder)
    yield _port(8000)


def _packages() -> Iterator[Finding]:
    """Look at what must be installed, and at what may be."""
    for name in PACKAGES:
        yield Finding(Say(name, name), version(name), is_well=True)
    for extra, name in EXTRAS.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "-"
        cure = f"pip install 'datong[{extra}]'"
        en, zh = f"extra `{extra}` (optional)", f"附加组件 `{extra}`（可选）"
        yield Finding(Say(en, zh), found, found != "-", Say(cure, cure))


def _rights(folder: Path) -> Finding:
    """Try to write."""
    try:
        with TemporaryFile(dir=folder):
            is_well = True
    except OSError:
        is_well = False
    return Finding(
        Say("this folder can be written", "本文件夹可写"),
        str(folder.resolve()),
        is_well,
        Say("Use a folder of your own.", "请使用自己的文件夹。"),
    )


def _port(number: int) -> Finding:
    """Look whether the server's port is free on this machine."""
    with socket.socket() as door:
        is_free = door.connect_ex(("127.0.0.1", number)) != 0
    return Finding(
        Say(f"port {number} is free", f"端口 {number} 空闲"),
        "127.0.0.1",
        is_free,
        Say("datong serve --port 8001", "datong serve --port 8001"),
    )
