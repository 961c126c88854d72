"""Records whose persons changed, and nothing else in them.

In:  files of records of one mapping, made earlier of the same rows; who is who now.
Out: for each file in which somebody moved, the same file with its persons put anew.

When two persons become one, or one two, every other column of their records stays:
the mapping need not be applied again.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from datong.engine.duckdb import Input
from datong.engine.land import columns
from datong.mapping.apply import Shard

KEYED = """
create temp table keyed as
select numbers._row, persons._person as person
from (select _row, {numbers} from source) numbers
join persons on persons._value = numbers._person_value
"""
MOVED = """
select count(*) from old left join keyed using (_row)
where old.person is distinct from keyed.person
"""
ANEW = """
select old.* replace (keyed.person as person) from old left join keyed using (_row)
"""


def rekey(
    shard: Shard, persons: Input, files: Sequence[Path], beside: Callable[[Path], Path]
) -> dict[Path, Path]:
    """Write files anew whose persons moved; return the new file of each old one.

    `shard` is open, `persons` has _value and _person, `beside` names the new file.
    """
    shard.duck.see("persons", persons)
    shard.duck.do(KEYED.format(numbers=shard.compiler.numbers()))
    found = {}
    for file in files:
        if "person" not in columns(file):
            continue
        shard.duck.see("old", file)
        if shard.duck.one(MOVED)[0]:
            found[file] = beside(file)
            shard.duck.run(ANEW, {}, found[file])
    return found
