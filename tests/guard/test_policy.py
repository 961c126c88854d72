"""The policy file: the shipped one, and files with mistakes."""

from itertools import product
from pathlib import Path

import pytest

from datong.core.reason import Trouble
from datong.guard import compiled, policy, reference
from datong.guard.facts import ACTIONS, BASES, PURPOSES, SCENARIOS

SHIPPED = policy.SHIPPED.read_text(encoding="utf-8")


def test_the_shipped_policy_keeps_power_and_data_apart() -> None:
    shipped = policy.load()
    reading = {
        role for role, _, purpose, _ in shipped.accesses if purpose != "SECURITY"
    }
    assert not [r for r in reading if shipped.roles[r].rights & policy.APART]
    assert shipped.persons_for("guard") == 2
    assert shipped.persons_for("mapping") == 1


def test_every_cell_without_an_access_or_a_permit_is_refused() -> None:
    shipped = policy.load()
    for role, purpose, scenario in product(shipped.roles, PURPOSES, SCENARIOS):
        for action, basis, grade in product(ACTIONS, BASES[:2], (1, 3, 5)):
            facts = {
                "subject.role": role,
                "purpose": purpose,
                "scenario": scenario,
                "action": action,
                "basis": basis,
                "column.grade": grade,
                "column.category": "ordinary",
                "subject.level": 4,
            }
            cell = reference.decide(shipped, facts)
            assert compiled.decide(shipped, facts).shown == cell.shown
            assert not cell.shown or "published" in cell.rules or role == "steward"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('edition = "2026.2"', ""),
        ('effect = "permit"', 'effect = "maybe"'),
        ('role = ["registrar"]', 'role = ["registrars"]'),
        ('purpose = ["PAY", "QUALITY"]', 'purpose = "PAY"'),
        ("mask = { address", 'mask = { "x" = "blur", address'),
        ('id = "vip-search"', 'id = "published"'),
        ('rights = ["audit", ', 'rights = ["all", '),
        ('id = "auditor"\nen = "Auditor"\nzh = "审计员"\nlevel = 1', 'id = "auditor"'),
        ("level = 4", 'level = "high"'),
        ('rights = ["runs", "review"]', 'rights = ["runs", "policy"]'),
        ("[[rule]]", "[[rule]"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "policy.toml"
    assert old in SHIPPED
    text = SHIPPED.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Trouble, match="GUARD-POLICY"):
        policy.load(file)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="GUARD-POLICY"):
        policy.load(tmp_path / "nothing.toml")
