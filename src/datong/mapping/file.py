"""The mapping file: what one source table says, in the words of standard records.

In:  a TOML file and the value maps beside it.
Out: a `Mapping`, complete and free of misspellings; what only data can tell is judged
     later, in `compile`.
"""

import csv
import tomllib
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from datong.core.reason import Trouble
from datong.mapping.reasons import FILE, MISSING, WORD
from datong.standards.record import RecordKind
from datong.standards.records import all_kinds

TOP = ["edition", "reads", "grain", "zone", "files", "load", "person", "encounter"]
TOP += ["join", "ignored", "record", "silent", "expect", "test", "json"]
OF_FILES = ["glob", "part", "encoding", "delimiter", "quote", "header", "columns"]
OF_JOIN = ["table", "on", "columns"]
OF_LOAD = ["mode", "operation", "delete", "order", "full", "delivered"]
OF_RECORD = ["kind", "when", "each", "set", "code"]
OF_CODE = ["code", "text", "system", "system_from", "values", "otherwise"]
OF_VALUE = ["text", "operator", "number", "number2"]
OF_TEST = ["given", "then", "rejects"]
MODES = ["append", "snapshot", "watermark", "changes"]
NEEDED = {"watermark": ["order"], "changes": ["order", "operation"]}
OTHERWISE = ["keep", "null"]


@dataclass(frozen=True, slots=True)
class CodeRule:
    """How a code field is filled."""

    code: str
    text: str
    system: str
    system_from: str = ""
    values: Map[str, tuple[str, str]] = field(default_factory=dict)  # from: (to, text)
    otherwise: str = "keep"  # keep, null, or reject:CODE


@dataclass(frozen=True, slots=True)
class RecordRule:
    """One `[[record]]`: which rows give a record of a kind, and what is in it."""

    kind: RecordKind
    when: str
    each: str
    plain: Map[str, str]  # field, or value part as `value.number`: expression
    codes: Map[str, CodeRule]


@dataclass(frozen=True, slots=True)
class JoinRule:
    """`[join]`: which row of another table an item belongs to, and what it takes."""

    table: str  # what the other table's mapping `reads`
    on: Map[str, str]  # column of the item: column of the head
    columns: Map[str, str]  # new name: column of the head


@dataclass(frozen=True)
class Mapping:
    """A whole mapping file."""

    path: Path
    sha256: str  # of the file and its value maps
    edition: str
    reads: str
    grain: tuple[str, ...]
    zone: str
    tested_in: str  # the file's own zone, for which its tests are written
    files: Map[str, Any]
    load: Map[str, Any]
    person: Map[str, str]
    encounter: Map[str, str]
    ignored: Map[str, str]
    records: tuple[RecordRule, ...]
    silent: Map[str, str]
    expect: Map[str, float]
    tests: tuple[Map[str, Any], ...]
    json: Map[str, str]  # column: type, where the rows are JSON
    join: JoinRule | None = None

    @property
    def system(self) -> str:
        """Name the source system; numbers of its tables refer to each other."""
        return self.reads.partition(".")[0]

    @property
    def type(self) -> str:
        """Name the type of resource that it reads, where the rows are JSON."""
        return self.reads.rpartition(".")[2] if self.json else ""

    @property
    def part(self) -> str:
        """Name the sheet, or the table of a dump, where a file holds several."""
        return str(self.files.get("part", ""))


def read_mapping(path: Path) -> Mapping:
    """Read one mapping file; raise `Trouble` with the place of what is wrong."""
    try:
        raw = path.read_bytes()
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Trouble(FILE, where=path, said=str(error)) from error
    _known(content, TOP, path)
    for word in ("edition", "reads", "grain", "record"):
        _needed(content, word, path)
    digest = sha256(raw)
    rules = tuple(
        _record(entry, path, number, digest)
        for number, entry in enumerate(content["record"], start=1)
    )
    load = {"mode": "append", **_part(content, "load", OF_LOAD, path)}
    _known({load["mode"]: 0}, MODES, f"{path} [load] mode")
    mapping = Mapping(
        path=path,
        sha256=digest.hexdigest(),
        edition=str(content["edition"]),
        reads=content["reads"],
        grain=tuple(content["grain"]),
        zone=content.get("zone", "Asia/Shanghai"),
        tested_in=content.get("zone", "Asia/Shanghai"),
        files=_part(content, "files", OF_FILES, path),
        load=load,
        person=_part(content, "person", ["system", "value"], path),
        encounter=_part(content, "encounter", ["system", "value", "otherwise"], path),
        ignored=content.get("ignored", {}),
        records=rules,
        silent=content.get("silent", {}),
        expect=content.get("expect", {}).get("percent", {}),
        tests=tuple(content.get("test", ())),
        json=content.get("json", {}),
        join=_join(content, path),
    )
    _whole(mapping)
    return mapping


def _join(content: Map[str, Any], path: Path) -> JoinRule | None:
    """Read `[join]`; a list of columns keeps their names."""
    said = _part(content, "join", OF_JOIN, path)
    if not said:
        return None
    for word in OF_JOIN:
        _needed(said, word, f"{path} [join]")
    columns = said["columns"]
    if not isinstance(columns, dict):
        columns = {name: name for name in columns}
    return JoinRule(said["table"], said["on"], columns)


def _record(entry: Map[str, Any], path: Path, number: int, digest: Any) -> RecordRule:
    """Read one `[[record]]`."""
    where = f"{path} [[record]] {number}"
    _known(entry, OF_RECORD, where)
    kinds = all_kinds()
    _known({entry.get("kind", ""): 0}, sorted(kinds), f"{where} kind")
    kind = kinds[entry["kind"]]
    plain: dict[str, str] = {}
    for name, said in entry.get("set", {}).items():
        _known({name: 0}, sorted(kind.fields), f"{where} set")
        plain |= _plain(name, said, kind, f"{where} set.{name}")
    codes = {}
    for name, said in entry.get("code", {}).items():
        of_codes = sorted(f.name for f in kind.fields.values() if f.letter == "c")
        _known({name: 0}, of_codes, f"{where} code")
        codes[name] = _code(said, path, f"{where} code.{name}", digest)
    each, when = entry.get("each", ""), entry.get("when", "true").strip()
    return RecordRule(kind, when, each, plain, codes)


def _plain(name: str, said: Any, kind: RecordKind, where: str) -> dict[str, str]:
    """Read a field of `[record.set]`; a value has several parts."""
    letter = kind.fields[name].letter
    if letter == "c":
        raise Trouble(WORD, where=where, word=name, known="[record.code]")
    if letter != "v":
        return {name: str(said)}
    if isinstance(said, dict):
        _known(said, OF_VALUE, where)
        return {f"{name}.{part}": text for part, text in said.items()}
    house = {"operator": "operator_of", "number": "number_of", "number2": "number2_of"}
    return {f"{name}.text": said} | {
        f"{name}.{part}": f"{function}({said})" for part, function in house.items()
    }


def _code(said: Any, path: Path, where: str, digest: Any) -> CodeRule:
    """Read a field of `[record.code]`; a text alone is the code's expression."""
    if isinstance(said, str):
        said = {"code": said}
    _known(said, OF_CODE, where)
    if "code" not in said and "text" not in said:
        raise Trouble(MISSING, where=where, word="code, text")
    otherwise = said.get("otherwise", "keep")
    if not otherwise.startswith("reject:"):
        _known({otherwise: 0}, [*OTHERWISE, "reject:CODE"], f"{where} otherwise")
    values = {}
    if "values" in said:
        place = path.parent / said["values"]
        values = _values(place)
        digest.update(place.read_bytes())
    return CodeRule(
        code=said.get("code", "null"),
        text=said.get("text", said.get("code", "null")),
        system=said.get("system", ""),
        system_from=said.get("system_from", ""),
        values=values,
        otherwise=otherwise,
    )


def _values(place: Path) -> dict[str, tuple[str, str]]:
    """Read a value map: CSV in UTF-8 with `from`, `to` and perhaps `text`."""
    try:
        with place.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Trouble(FILE, where=place, said=str(error)) from error
    if rows and not {"from", "to"} <= set(rows[0]):
        raise Trouble(MISSING, where=place, word="from, to")
    return {row["from"]: (row["to"], row.get("text") or "") for row in rows}


def _whole(mapping: Mapping) -> None:
    """Refuse a mapping that leaves out what every row needs."""
    for word in NEEDED.get(mapping.load["mode"], ()):
        _needed(mapping.load, word, f"{mapping.path} [load]")
    needs_person = {"organization", "practitioner"}
    for number, rule in enumerate(mapping.records, start=1):
        where = f"{mapping.path} [[record]] {number} ({rule.kind.name})"
        given = {name.split(".")[0] for name in (*rule.plain, *rule.codes)}
        given |= {"local_id"} if mapping.person else set()
        given |= (
            {"number"} if rule.kind.name == "encounter" and mapping.encounter else set()
        )
        for one in rule.kind.fields.values():
            if one.key and one.name not in given:
                raise Trouble(MISSING, where=where, word=one.name)
        if not mapping.person and rule.kind.name not in needs_person:
            raise Trouble(MISSING, where=mapping.path, word="[person]")
    for number, test in enumerate(mapping.tests, start=1):
        _known(test, OF_TEST, f"{mapping.path} [[test]] {number}")


def _part(
    content: Map[str, Any], name: str, known: list[str], path: Path
) -> dict[str, Any]:
    """Return one table of the file, its words checked."""
    part: dict[str, Any] = content.get(name, {})
    _known(part, known, f"{path} [{name}]")
    return part


def _known(words: Map[str, Any], known: list[str], where: object) -> None:
    """Refuse a word that means nothing."""
    for word in words:
        if word not in known:
            raise Trouble(WORD, where=where, word=word, known=", ".join(known))


def _needed(content: Map[str, Any], word: str, where: object) -> None:
    """Refuse a file without a word."""
    if not content.get(word):
        raise Trouble(MISSING, where=where, word=word)
