"""Which person key each patient of each source has, for those who may compare them.

In:  the folder of a vault.
Out: organization, system, value (the source's own number of the patient), person.
"""

from pathlib import Path

import pyarrow as pa

from datong.store.vault.folder import Vault

KEYS = ("organization", "system", "value", "person")


def keys_of(root: Path) -> pa.Table:
    """Read the dictionary of persons of a project folder; no rows before its first run.

    It holds the numbers by which sources know their patients: who reads it stands
    inside the gate.
    """
    known = Vault(root / ".datong" / "vault").read("person")
    if known is None:
        texts = [(name, pa.string()) for name in KEYS[:3]]
        return pa.schema([*texts, ("person", pa.int64())]).empty_table()
    return known.select(list(KEYS))
