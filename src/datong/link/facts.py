"""What sources say of patients: many facts in, one row of identifiers each out."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datong.engine.duckdb import Duck
from datong.link.arrays import letters
from datong.standards.identifiers import resident

SOURCE = ("organization", "system", "value")
# A patient under whom two different right numbers stand has none that can be trusted.
# Of several other facts the most frequent counts, then the first by text.
WIDE = """
with numbered as (
    select who.key, facts.type, facts.text, facts.n, numbers.number
    from who join facts using (organization, system, value)
    left join numbers on numbers.text = facts.text and facts.type = 'id_card'
),
told as (
    select key, type, first(text order by n desc, text) as text
    from numbered where type in ('name', 'sex', 'birth', 'phone', 'address',
                                 'postcode', 'mother_name', 'id_card')
    group by key, type
),
papers as (
    select key, min(text) as text from numbered where type in
    ('passport', 'permit', 'hk_macau_permit', 'taiwan_permit', 'residence_permit',
     'foreigner_permit', 'military', 'birth_certificate') group by key
),
certain as (
    select key, min(number) as number, count(distinct number) as n from numbered
    where number is not null group by key
)
select who.key, {fields},
    case when certain.n = 1 then certain.number when certain.n is null
         then coalesce(max(told.text) filter (where type = 'id_card'),
                       any_value(papers.text)) end as identity_number
from who left join told using (key) left join papers using (key)
left join certain using (key)
group by who.key, certain.n, certain.number, who.organization, who.system, who.value
order by who.organization, who.system, who.value
"""
PAPERS = (
    *("passport", "permit", "hk_macau_permit", "taiwan_permit", "residence_permit"),
    *("foreigner_permit", "military", "birth_certificate"),
)
FEW = 200  # facts for which an engine takes longer to begin than to work
FIELDS = ("name", "sex", "birth", "phone", "address", "postcode", "mother_name")


def people_of(who: pa.Table, facts: pa.Table) -> pa.Table:
    """Return one row for each patient of each source, in the order of their sources.

    `who` has organization, system, value and key (the number of the record); `facts`
    the same three, type and text. Returns key and the fields, texts or null.
    """
    if len(facts) <= FEW:
        return _of_few(who, facts)
    fields = ", ".join(
        f"max(told.text) filter (where type = '{name}') as {name}" for name in FIELDS
    )
    counted = (
        "create temp table facts as select organization, system, value, type, text,"
        " count(*) as n from said where trim(text) <> '' group by all"
    )
    with Duck() as duck:
        duck.see("who", who)
        duck.see("said", facts)
        duck.do(counted)
        duck.see("numbers", _right(duck))
        return duck.fetch(WIDE.format(fields=fields))


def _of_few(who: pa.Table, facts: pa.Table) -> pa.Table:
    """Do the same for a few patients, without an engine."""
    counted: dict[tuple[str, ...], dict[str, Counter[str]]] = {}
    for *name, kind, text in zip(
        *(facts[n].to_pylist() for n in (*SOURCE, "type", "text")), strict=True
    ):
        if text is not None and text.strip(" "):
            counted.setdefault(tuple(name), {}).setdefault(kind, Counter())[text] += 1
    names = zip(*(who[n].to_pylist() for n in SOURCE), strict=True)
    rows = [
        {"key": key, **_told(counted.get(name, {}))}
        for name, key in sorted(zip(names, who["key"].to_pylist(), strict=True))
    ]
    texts = [(name, pa.string()) for name in (*FIELDS, "identity_number")]
    return pa.Table.from_pylist(rows, pa.schema([("key", pa.int64()), *texts]))


def _told(facts: Mapping[str, Counter[str]]) -> dict[str, str | None]:
    """Return what the facts of one patient say, field by field."""
    first = {
        kind: min(texts, key=lambda text: (-texts[text], text))
        for kind, texts in facts.items()
    }
    cards = pa.array(
        [c.strip(" ").upper() for c in facts.get("id_card", ())], pa.string()
    )
    whole = cards.filter(pc.equal(pc.utf8_length(cards), 18))
    certain = set(whole.filter(pa.array(_holds(whole))).to_pylist())
    papers = [text for kind in PAPERS for text in facts.get(kind, ())]
    number = first.get("id_card") or min(papers, default=None)
    if certain:
        number = certain.pop() if len(certain) == 1 else None
    return {**{name: first.get(name) for name in FIELDS}, "identity_number": number}


def _holds(numbers: pa.Array) -> NDArray[np.bool_]:
    """Say which numbers of 18 characters hold their check."""
    if not len(numbers):
        return np.zeros(0, np.bool_)
    digits = letters(numbers, 18)
    right: NDArray[np.bool_] = resident.check_character(digits) == digits[:, 17]
    right &= ((digits[:, :17] >= 48) & (digits[:, :17] <= 57)).all(1)
    return right


def _right(duck: Duck) -> pa.Table:
    """Return the written numbers that have a right check, and the number itself."""
    asked = (
        "select distinct text, upper(trim(text)) as number from facts"
        " where type = 'id_card' and length(trim(text)) = 18 order by text"
    )
    found = duck.fetch(asked)
    return found.filter(pa.array(_holds(found["number"].combine_chunks())))


def known_fields(people: pa.Table) -> list[str]:
    """Name the fields that anybody has."""
    names = [name for name in people.column_names if name != "key"]
    return [n for n in names if pc.any(pc.is_valid(people[n])).as_py()]
