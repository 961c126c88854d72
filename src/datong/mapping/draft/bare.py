"""Names that tell only together with their table: `code`, `description`, `start`, `id`.

In:  the name of a column, the name and the kind of its table.
Out: the field that it is there.

`code` in a table of diagnoses is the diagnosis; so is `diagnosis_code`, once the name
of the table is taken off.
"""

import re
from functools import cache

from datong.mapping.draft.entries import Entry
from datong.mapping.draft.names import Likeness

WORTH = 0.82  # how like such a name is to its field
# What each kind is about; what numbers its records; when they end.
THINGS = {
    "diagnosis": "diagnosis",
    "procedure": "procedure",
    "order": "item",
    "dispensing": "item",
    "administration": "item",
    "lab_result": "item",
    "vital_sign": "item",
    "fee_line": "item",
    "device_reading": "item",
    "immunization": "vaccine",
    "allergy": "substance",
    "observation": "question",
    "coverage": "plan",
}
NUMBERS = {
    ("order", "order_number"),
    ("dispensing", "dispense_number"),
    ("administration", "event_number"),
    ("note", "document"),
    ("fee_line", "fee_number"),
    ("settlement", "settlement_number"),
    ("immunization", "event_number"),
    ("imaging_study", "study_uid"),
    ("referral", "referral_number"),
    ("consent", "document"),
    ("practitioner", "number"),
    ("organization", "code"),
}
FIRST = {"lab_result": ("collected", "time"), "diagnosis": ("time", "onset")}
LAST = {"diagnosis": "abated"}
NAMES = {"first", "last", "given", "family", "middle", "forename", "maiden", "full"}
CODES = {"code", "cd", "dm", "bm", "代码", "编码", "codeid", "codevalue"}
TEXTS = {"name", "description", "desc", "descr", "text", "display", "label", "title"}
TEXTS |= {"string", "mc", "名称", "描述", "shortname", "longname", "term"}
IDS = {"id", "key", "uid", "uuid", "guid", "pk", "number", "no", "编号", "主键", "lsh"}
STARTS = {"date", "time", "datetime", "dt", "start", "startdate", "starttime", "begin"}
STARTS |= {"日期", "时间", "rq", "sj", "开始", "开始日期", "开始时间", "timestamp"}
STOPS = {"stop", "end", "stopdate", "stoptime", "enddate", "endtime", "finish"}
STOPS |= {"结束", "结束日期", "结束时间", "停止", "until", "to", "expiredate"}


def bare(column: str, table: str, entry: Entry) -> Likeness | None:
    """Say how like a plain name in a table of the entry's own kind is to the entry."""
    for name in _plain(column, table):
        if _is_meant(name, entry):
            return Likeness(WORTH, column, "bare")
    return None


def _is_meant(name: str, entry: Entry) -> bool:
    """Say whether a plain name means an entry."""
    kind, place = entry.kind, (entry.kind, entry.field)
    is_thing = THINGS.get(kind) == entry.field
    told = {
        "code": is_thing and entry.part == "code",
        "text": is_thing and entry.part == "text",
        "id": place in NUMBERS,
        "start": entry.field in FIRST.get(kind, ("time",)),
        "stop": entry.field == LAST.get(kind, "time_end"),
        "name": place == ("identifier", "value") and entry.part == "name",
    }
    words = {"code": CODES, "text": TEXTS, "id": IDS, "start": STARTS, "stop": STOPS}
    words["name"] = NAMES
    return any(told[one] and name in words[one] for one in told)


@cache
def _plain(column: str, table: str) -> tuple[str, ...]:
    """Return a name without signs, and what is left of it without its table's name."""
    name, of = _signs(column), _signs(table)
    stems = {of, of.removesuffix("s"), of.removesuffix("es"), re.sub("ies$", "y", of)}
    cut = [name.removeprefix(stem) for stem in stems if len(stem) > 2]
    return tuple(dict.fromkeys((name, *cut)))


def _signs(name: str) -> str:
    """Leave letters and Chinese characters only."""
    return "".join(re.findall(r"[a-z\u3400-\u9fff]+", name.lower()))
