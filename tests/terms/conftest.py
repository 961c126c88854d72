"""An invented surgery list, and reviewers who write its names in their own ways."""

import json
from pathlib import Path
from random import Random

import pytest

from datong.terms.codes import CodeTable, table_of
from datong.terms.model import Model
from datong.terms.training import Reviewed, train

SITES = (
    *("肺", "胃", "肝", "脾", "肾", "膀胱", "结肠", "直肠", "甲状腺"),
    *("乳腺", "食管", "胰腺", "喉", "鼻", "皮肤", "子宫", "卵巢", "脑"),
)
DEEDS = {
    "病损切除术": ("囊肿切除术", "肿物切除术", "瘤摘除术", "病灶切除"),
    "活组织检查": ("活检", "活检术", "穿刺活检"),
    "修补术": ("缝合修补术", "修复术", "裂伤修补"),
    "造口术": ("造瘘术", "造口"),
}
SIDES = ("", "左", "右", "左侧", "右侧", "双侧")


def rows() -> list[dict[str, str]]:
    """List the invented codes."""
    return [
        {"code": f"{10 + at}.{number}000", "name": site + deed}
        for at, site in enumerate(SITES)
        for number, deed in enumerate(DEEDS)
    ]


def reviewed(count: int, seed: int) -> list[Reviewed]:
    """Write names as reviewers do; one in ten texts joins two."""
    chance = Random(seed)  # noqa: S311 - invented data
    found = []
    for _ in range(count):
        couple = [_one(chance) for _ in range(2 if chance.random() < 0.1 else 1)]
        text = "+".join(written for written, _ in couple)
        found.append(Reviewed(text, tuple(dict.fromkeys(name for _, name in couple))))
    return found


def _one(chance: Random) -> tuple[str, str]:
    """Write one name."""
    site, deed = chance.choice(SITES), chance.choice(list(DEEDS))
    return chance.choice(SIDES) + site + chance.choice(DEEDS[deed]), site + deed


def write_reviewed(terms: list[Reviewed], path: Path) -> Path:
    """Write reviewed terms as JSON lines."""
    lines = [json.dumps({"text": t.text, "gold": t.gold}) for t in terms]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_table(path: Path) -> Path:
    """Write the invented codes as CSV."""
    lines = [f"{row['code']},{row['name']}" for row in rows()]
    path.write_text("\n".join(["code,name", *lines]), encoding="utf-8")
    return path


@pytest.fixture
def table() -> CodeTable:
    """The invented codes."""
    return table_of(rows(), "invented", "2026")


@pytest.fixture(scope="session")
def model() -> Model:
    """A model trained on what the reviewers wrote."""
    return train(table_of(rows(), "invented", "2026"), reviewed(300, seed=1))
