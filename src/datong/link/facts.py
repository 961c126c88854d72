"""What sources say of patients: many facts in, one row of identifiers each out."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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
FIELDS = ("name", "sex", "birth", "phone", "address", "postcode", "mother_name")


def people_of(who: pa.Table, facts: pa.Table) -> pa.Table:
    """Return one row for each patient of each source, in the order of their sources.

    `who` has organization, system, value and key (the number of the record); `facts`
    the same three, type and text. Returns key and the fields, texts or null.
    """
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


def _right(duck: Duck) -> pa.Table:
    """Return the written numbers that have a right check, and the number itself."""
    asked = (
        "select distinct text, upper(trim(text)) as number from facts"
        " where type = 'id_card' and length(trim(text)) = 18 order by text"
    )
    found = duck.fetch(asked)
    digits = letters(found["number"].combine_chunks(), 18)
    right = np.zeros(len(found), np.bool_)
    if len(found):
        right = resident.check_character(digits) == digits[:, 17]
        right &= ((digits[:, :17] >= 48) & (digits[:, :17] <= 57)).all(1)
    return found.filter(pa.array(right))


def known_fields(people: pa.Table) -> list[str]:
    """Name the fields that anybody has."""
    names = [name for name in people.column_names if name != "key"]
    return [n for n in names if pc.any(pc.is_valid(people[n])).as_py()]
