"""The model: what a standard is made of, after ISO/IEC 11179, free of OMOP and FHIR.

A data element is a concept (object class + property) with a value domain. A value
domain is described by a format, or enumerated by a value set. A code of a value set is
only a notation: what it is anchored to is its *value meaning*, so that two lists which
swap two codes show up as two codes between the same meanings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from datong.core.check import Severity
from datong.core.say import Say


class State(StrEnum):
    """How well a fact of the catalogue is known."""

    VERIFIED = "verified"  # two independent sources agree, both named
    SINGLE = "single"  # one source
    MENDED = "mended"  # the source is damaged; what was mended is noted


class Kind(StrEnum):
    """The data types of WS/T 303 that a value can have."""

    TEXT = "S1"
    LISTED = "S2"  # a few values, listed in the element itself
    CODED = "S3"  # a code from a table
    FLAG = "L"
    NUMBER = "N"
    DATE = "D"
    MOMENT = "DT"
    CLOCK = "T"
    BYTES = "BY"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a standard; a published one never changes."""

    standard: str
    edition: str
    title: Say
    publisher: str
    status: str = "published"  # draft | published | superseded | retired
    effective: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """Name it: `WS 363@2011`."""
        return f"{self.standard}@{self.edition}"


@dataclass(frozen=True, slots=True)
class PermissibleValue:
    """A code, its label, and the meaning that it stands for."""

    code: str
    label: Say
    meaning: str
    parent: str = ""
    order: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A list of permissible values.

    `complete` is False where only the identifier and the name are known: then nothing
    can be said about a code, and no check is made of it.
    """

    id: str
    name: Say
    edition: str
    concept: str
    complete: bool
    state: State
    sources: tuple[str, ...] = ()
    reference: str = ""
    values: tuple[PermissibleValue, ...] = ()

    @property
    def labels(self) -> dict[str, str]:
        """Map each code to its Chinese label."""
        return {value.code: value.label.zh for value in self.values}

    @property
    def meanings(self) -> dict[str, str]:
        """Map each code to its meaning."""
        return {value.code: value.meaning for value in self.values}


@dataclass(frozen=True, slots=True)
class Concept:
    """What is described (object class) and which trait of it (property)."""

    object_class: Say
    property: Say


@dataclass(frozen=True, slots=True)
class ValueDomain:
    """The values that an element may take."""

    kind: Kind
    format: str  # normal form
    raw_format: str = ""  # as published, where it differs
    value_set: str = ""
    unit: str = ""  # UCUM


@dataclass(frozen=True, slots=True)
class DataElement:
    """The smallest thing that a standard names."""

    id: str
    name: Say
    definition: Say
    concept: Concept
    representation: Say
    domain: ValueDomain
    edition: str
    part: str
    state: State
    sources: tuple[str, ...]
    grade: int  # sensitivity after GB/T 39725, 1 public … 5 strictly limited
    method: str  # how it is de-identified
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An element's place in a data set: its local id, its type there, when needed.

    `need` is M (mandatory), C (when `when` holds) or O. `repeats` names the columns of
    a repeated item. `system` is the code system of a code too large for a value set.
    """

    id: str
    name: Say
    group: str
    kind: str  # text | whole | decimal | date | time | code | codes
    format: str = ""  # normal form; `D10` and `DT19` are yyyy-MM-dd[ HH:mm:ss]
    need: str = "O"
    when: str = ""
    value_set: str = ""
    system: str = ""
    element: str = ""
    filler: str = ""
    severity: Severity = Severity.ERROR
    repeats: tuple[str, ...] = ()
    grade: int = 3
    method: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns that hold it."""
        return self.repeats or (self.id,)


@dataclass(frozen=True, slots=True)
class DataSet:
    """The items that are recorded together."""

    id: str
    name: Say
    edition: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A shared document: its skeleton of sections."""

    id: str
    name: Say
    oid: str
    edition: str
    state: State
    sections: tuple[Say, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold between the fields of a row.

    `must` (and `when`, which limits it) are expressions over the profile's fields, see
    `standards/expression.py`; a rule is silent where one of the fields of `must` is
    empty. `breaks` changes a valid record so that this rule catches it. `each` repeats
    the rule over the columns of a repeated item.
    """

    id: str
    say: Say
    must: str
    when: str = ""
    each: str = ""
    severity: Severity = Severity.ERROR
    breaks: Mapping[str, str] = field(default_factory=dict)
    source: str = "published"  # or "derived": ours, from what the standard implies
    edition: str = ""
    state: State = State.SINGLE


@dataclass(frozen=True)
class Profile:
    """A data set with its rules: what a hospital's table is checked against."""

    id: str
    name: Say
    edition: str
    length_unit: str  # gb18030 | codepoint
    data_set: DataSet
    rules: tuple[Rule, ...]
    labels: Mapping[str, str]  # code column -> column that holds its label
    weights: Mapping[str, float]
    systems: Mapping[str, str]  # name used by items -> code system and edition
    rivals: Mapping[str, tuple[str, ...]]  # value set -> sets it is confused with
    examples: Mapping[str, tuple[str, ...]]  # item -> values for made records
    make: Mapping[str, str]  # column or item -> expression that makes its value
    triggers: Mapping[str, Mapping[str, str]]  # item -> what makes it mandatory
    state: State = State.SINGLE
    sources: tuple[str, ...] = ()

    @cached_property
    def items(self) -> dict[str, Item]:
        """Map every column to its item."""
        return {c: item for item in self.data_set.items for c in item.columns}


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One line of a map: two fields, or a field and a data element (after SSSOM)."""

    subject: str
    predicate: str  # same | narrower | broader | parts
    object: str
    note: str = ""
