"""Compare two code tables: which codes went, moved, merged, split, changed meaning.

Set work in SQL over two tables (code, label, trait) and, where there is one, a
crosswalk (source, target). A code that is in both and whose crosswalk leads elsewhere
means something else now. Without a crosswalk, the label decides: a label that moved to
another code is a recoding, two codes that changed labels were swapped; a label that
changed but is alike was corrected, one that is not alike means another thing, with less
confidence.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from datong.core.reason import Trouble
from datong.engine.duckdb import Duck
from datong.standards.change import Change, ChangeKind, Difference
from datong.standards.difference import compare
from datong.standards.importing import read_file
from datong.standards.library import load
from datong.standards.reasons import CANNOT_COMPARE
from datong.standards.shelf import Shelf
from datong.standards.texts import TEXT, toml

ALIKE = 0.72  # similarity (Jaro-Winkler) from which a label counts as corrected
FOLD = "regexp_replace(lower(label), '[\\s()（）\\[\\]［］,，、]', '', 'g')"
TABLES = f"""
    create temp table a as
        select code, any_value(label) as label, any_value(trait) as trait,
            any_value({FOLD}) as folded from given_a group by code;
    create temp table b as
        select code, any_value(label) as label, any_value(trait) as trait,
            any_value({FOLD}) as folded from given_b group by code;
    create temp table walk as
        select source, min(target) as target, count(*) as targets,
            bool_or(source = target) as stays from given_walk group by source;
    create temp table home_b as select folded, min(code) as code from b group by folded;
    create temp table home_a as select folded, min(code) as code from a group by folded
"""
# Codes that are in both tables and not the same in both.
BOTH = f"""
    select a.code, a.label as before, b.label as after,
        a.trait as was, b.trait as is_now,
        case
            when walk.targets is not null and not walk.stays then 'redefined'
            when a.folded = b.folded or a.label = '' or b.label = '' then 'same'
            when walk.stays then 'label corrected'
            when moved.code is not null and moved.code <> a.code
                or old.code is not null and old.code <> a.code then 'redefined'
            when jaro_winkler_similarity(a.folded, b.folded) >= {ALIKE}
                or contains(a.folded, b.folded) or contains(b.folded, a.folded)
                then 'label corrected'
            else 'redefined'
        end as kind,
        coalesce(walk.target, moved.code, '') as replacement,
        case when walk.targets is not null or moved.code is not null then 1.0
            else abs(jaro_winkler_similarity(a.folded, b.folded) - 0.5) + 0.5
        end as confidence
    from a join b using (code)
    left join walk on walk.source = a.code
    left join home_b moved on moved.folded = a.folded and a.label <> ''
    left join home_a old on old.folded = b.folded and b.label <> ''
"""
# Codes that are gone, and where their meaning went.
GONE = """
    with gone as (
        select a.code, a.label, coalesce(walk.targets, 0) as targets,
            coalesce(walk.target, home_b.code, '') as target
        from a left join walk on walk.source = a.code
        left join home_b on home_b.folded = a.folded and a.label <> ''
        where a.code not in (select code from b)
    )
    select gone.code, gone.label as before, coalesce(b.label, '') as after,
        case when target = '' or b.code is null then 'code deleted'
            when targets > 1 then 'split'
            when target in (select code from a)
                or count(*) over (partition by target) > 1 then 'merged into'
            else 'recoded' end as kind,
        case when b.code is null then '' else target end as replacement,
        1.0 as confidence
    from gone left join b on b.code = gone.target
"""
NEW = """
    select b.code, '' as before, b.label as after, 'added' as kind, '' as replacement,
        1.0 as confidence
    from b where b.code not in (select code from a)
        and b.code not in (select replacement from gone where kind = 'recoded')
"""


def compare_codes(
    before: pa.Table,
    after: pa.Table,
    walk: pa.Table | None = None,
    names: tuple[str, str] = ("", ""),
) -> Difference:
    """Compare two code tables (columns code, label, trait)."""
    none = pa.table(
        {"source": pa.array([], pa.string()), "target": pa.array([], pa.string())}
    )
    with Duck() as duck:
        duck.see("given_a", before)
        duck.see("given_b", after)
        duck.see("given_walk", none if walk is None else walk)
        for statement in TABLES.split(";"):
            duck.do(statement)
        both = duck.fetch(BOTH)
        duck.do(f"create temp table gone as {GONE}")
        gone, new = duck.fetch("select * from gone"), duck.fetch(NEW)
        crossed = duck.one(
            "select count(*), count(*) filter (where not walk.stays)"
            " from a join b using (code) join walk on walk.source = a.code"
        )
    changes = [
        *_changes(both, names[0]),
        *_changes(gone, names[0]),
        *_changes(new, names[1]),
    ]
    shared, away = (int(str(n)) for n in crossed)
    counts = {"shared": both.num_rows}
    if walk is not None:
        counts |= {"shared_in_crosswalk": shared, "shared_that_mean_another": away}
    same = both.num_rows - len(
        {c.code for c in changes} & set(both["code"].to_pylist())
    )
    ordered = sorted(changes, key=lambda c: (c.kind.value, c.code))
    return Difference(*names, tuple(ordered), same, counts)


def _changes(found: pa.Table, subject: str) -> Iterator[Change]:
    """Make changes of rows; a change of class stands beside the others."""
    for row in found.to_pylist():
        before, after, to = (row[c] or "" for c in ("before", "after", "replacement"))
        if row["kind"] != "same":
            kind, sure = ChangeKind(row["kind"]), float(row["confidence"])
            yield Change(kind, subject, row["code"], before, after, to, sure)
        was, now = row.get("was") or "", row.get("is_now") or ""
        if was and now and was != now:
            yield Change(ChangeKind.RECLASSIFIED, subject, row["code"], was, now)


def compare_named(a: str, b: str, walk: Path | None, shelf: Shelf) -> Difference:
    """Compare two names of the library, two imported systems, or two files.

    A crosswalk is the file that is named, else the one that was imported.
    """
    before, after = _codes(a, shelf), _codes(b, shelf)
    if before is None and after is None:
        for name in (a, b):
            _ask_for_table(name, shelf)
        return compare(a, b, load())
    if before is None or after is None:
        said = "one is a code table, the other is not"
        raise Trouble(CANNOT_COMPARE, a=a, b=b, said=said)
    crossed = read_file(walk).table if walk else shelf.crosswalk(a, b)
    return compare_codes(before, after, crossed, (a, b))


def _codes(name: str, shelf: Shelf) -> pa.Table | None:
    """Return the codes of a file or of an imported system."""
    if Path(name).suffix and Path(name).exists():
        return read_file(Path(name)).table
    return shelf.table(name) if name in shelf.names() else None


def _ask_for_table(name: str, shelf: Shelf) -> None:
    """Raise Trouble with the import command for a code system that is not here."""
    system = name.partition("@")[0]
    known = {one["id"] for one in toml(TEXT / "systems.toml")["system"]}
    if system in known and system not in load().names():
        shelf.place(name)
