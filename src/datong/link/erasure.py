"""Whom the index must not know: patients that were erased, by a keyed hash alone.

A hospital hands an erased patient over again with its next delivery. To pass it by, the
vault keeps a hash of the patient's number under a secret of its own: who has the number
can ask whether it was erased, and who has the hash learns nothing.
"""

import secrets

import pyarrow as pa

from datong.engine.duckdb import Duck
from datong.link.facts import SOURCE
from datong.store.vault.folder import Vault

NAMED = "concat_ws(chr(31), organization, system, value)"


class Erasure:
    """The erased patients of a vault."""

    def __init__(self, vault: Vault) -> None:
        """Open them; there may be none."""
        self.vault = vault

    def find(self, who: pa.Table) -> pa.Table:
        """Return those patients (organization, system, value) that were erased."""
        held = self.vault.read("erased")
        if held is None:
            return who.select(list(SOURCE)).slice(0, 0)
        with Duck() as duck:
            duck.see("who", who)
            duck.see("erased", held)
            return duck.fetch(
                "select distinct organization, system, value from who"
                f" where sha256(? || {NAMED}) in (select hash from erased)",
                None,
                self._secret(),
            )

    def add(self, gone: pa.Table) -> None:
        """Remember patients (organization, system, value) as erased."""
        held = self.vault.read("erased")
        with Duck() as duck:
            duck.see("gone", gone)
            asked = f"select distinct sha256(? || {NAMED}) as hash from gone"
            found = duck.fetch(asked, None, self._secret())
        whole = found if held is None else pa.concat_tables([held, found])
        self.vault.write("erased", whole.sort_by("hash"))

    def _secret(self) -> str:
        """Return the vault's secret, made on first use."""
        place = self.vault.root / "erased.key"
        if not place.exists():
            self.vault.write_bytes(place.name, secrets.token_hex(32).encode())
        return place.read_text("ascii")
