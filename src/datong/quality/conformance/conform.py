"""Hold a table against a profile.

from datong.quality.conformance import conform
report = conform("frontpage.parquet", "frontpage-western-2019")
report.score, report.hours, report.findings
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from datong.core.check import Severity
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.quality.conformance import advice
from datong.quality.conformance.headings import label_headings
from datong.quality.conformance.labels import (
    Mislabel,
    from_table,
    judge,
    read_codebook,
)
from datong.quality.conformance.masking import shown
from datong.quality.conformance.reasons import NO_COLUMNS
from datong.quality.conformance.repair import plan as plan_repairs
from datong.quality.conformance.report import (
    Finding,
    Repair,
    Report,
    Tally,
    ordered,
)
from datong.quality.conformance.scan import READABLE, Scan, Verdict, open_scan
from datong.quality.conformance.swaps import exchanged, merged
from datong.quality.conformance.table import Table, look, open_table
from datong.standards.checks import (
    Checks,
    CompiledCheck,
    Component,
    compile_checks,
)
from datong.standards.completing import completed
from datong.standards.library import Library
from datong.standards.model import Item, Profile
from datong.standards.shelf import Shelf, default_shelf

ABSENT = Say("{name} is not in the data", "数据中没有{name}")
TYPE = Say("{name} is stored as a number", "{name}以数值类型存储")
MISLABELED = Say(
    "{name}: code {code} is called {label} here, in the standard {right}",
    "{name}：代码 {code} 院内称“{label}”，标准为“{right}”",
)
INVERTED = Say(
    "{name}: code {code} means {label} here, in the standard {right};"
    " {label} is {other}",
    "{name}：代码 {code} 院内表示“{label}”，标准表示“{right}”；"
    "“{label}”的代码是 {other}",
)
RIVAL = Say(
    "{name}: codes of {rival} stand where {set} is asked",
    "{name}：出现 {rival} 的代码，应使用 {set}",
)


@dataclass(frozen=True, slots=True)
class Options:
    """What else may be said about a check."""

    codebook: Path | None = None  # the hospital's labels: field, code, label
    mapped: Mapping[str, str] = field(default_factory=dict)  # column -> field
    shelf: Shelf = field(default_factory=default_shelf)
    sheet: str = ""


def conform(
    data: object, profile: str | Profile, options: Options | None = None
) -> Report:
    """Check a table (file, Arrow table, data frame) against a profile."""
    chosen = options or Options()
    library = completed(chosen.shelf)
    against = library.profile(profile) if isinstance(profile, str) else profile
    name = Path(data.rsplit("::")[-1]).name if isinstance(data, str) else ""
    name = data.name if isinstance(data, Path) else name
    found = look(open_table(data, chosen.sheet), against, chosen.mapped)
    table = replace(found, name=name)
    if not table.fields:
        raise Trouble(NO_COLUMNS, table.name, file=table.name, profile=against.id)
    systems = dict(chosen.shelf.of(against.systems))
    checks = compile_checks(against, library, table.fields, systems)
    scan = open_scan(table, against, systems)
    with scan.duck:
        work = _Work(scan, library, checks)
        verdicts = scan.run(checks)
        work.add_verdicts(verdicts)
        work.add_presence()
        work.add_types()
        work.add_labels(chosen.codebook)
        return work.report()


@dataclass(slots=True)
class _Work:
    """Gathers tallies, findings and candidates for repair."""

    scan: Scan
    library: Library
    checks: Checks
    items: dict[str, dict[Component, Tally]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    units: dict[str, tuple[Component, int]] = field(default_factory=dict)
    asked: int = 0

    @property
    def profile(self) -> Profile:
        """Return the profile that is asked."""
        return self.scan.profile

    @property
    def table(self) -> Table:
        """Return the table that is checked."""
        return self.scan.table

    def tally(self, item: str, part: Component, passed: int, total: int) -> None:
        """Add verdicts to an item's component."""
        parts = self.items.setdefault(item, {})
        parts[part] = parts.get(part, Tally()) + Tally(passed, total)

    def add_verdicts(self, verdicts: list[Verdict]) -> None:
        """Take the verdicts of the compiled checks."""
        for verdict in verdicts:
            check = verdict.check
            passed = verdict.asked - verdict.failed
            self.asked += verdict.asked
            self.tally(check.item, check.component, passed, verdict.asked)
            if check.component is Component.DOMAIN:
                self.tally(check.item, Component.EDITION, verdict.asked, verdict.asked)
            if verdict.failed:
                self._add_finding(verdict)

    def _add_finding(self, verdict: Verdict) -> None:
        """Seek the evidence of a broken check, and what could be done."""
        check, failed = verdict.check, verdict.failed
        item = self.profile.items.get(check.columns[0])
        examples: dict[str, int] = {}
        rows = tuple(self.scan.rows_of(check))
        if item and check.component in (Component.DOMAIN, Component.STRUCTURE):
            bad = self.scan.values_of(check)
            examples = shown(bad, item)
        if item and check.component is Component.DOMAIN:
            left = failed - sum(bad.values())
            self._add_units(check, bad)
            self.repairs += advice.values(
                item, check.id, bad, self.profile, self.library
            )
            self._add_rivals(item, check.columns[0], bad)
        elif item and check.component is Component.STRUCTURE and self._is_listed(item):
            left = 0  # recoding the value mends its length and form as well
            self._add_units(check, bad)
        else:
            left = failed - self._add_rewritten(check, item)
        if left:
            self.units[check.id] = (check.component, left)
            self.repairs += advice.records(
                item or _row_item(check.item), check.id, left
            )
            swap = exchanged(self.scan, check, failed, self.library)
            self.repairs += [swap] if swap else []
        self.findings.append(
            Finding(
                check.id,
                check.component,
                check.item,
                check.severity,
                check.say,
                failed,
                rows,
                dict(list(examples.items())[:5]),
            )
        )

    def _add_units(self, check: CompiledCheck, bad: Mapping[str, int]) -> None:
        """Take each wrong value for a trouble by itself."""
        for value, count in bad.items():
            self.units[f"{check.id}={value}"] = (check.component, count)

    def _add_rewritten(self, check: CompiledCheck, item: Item | None) -> int:
        """Take values that are only written otherwise for one trouble, soon mended."""
        if item is None or not check.id.endswith("/form") or item.kind not in READABLE:
            return 0
        count = self.scan.readable(check)
        if count:
            unit = f"{check.id}=rewritten"
            self.units[unit] = (check.component, count)
            self.repairs.append(advice.rewrite(item, check.columns[0], unit, count))
        return count

    def _is_listed(self, item: Item) -> bool:
        """Ask whether every right value of an item is known."""
        return bool(item.value_set) and self.library.sets[item.value_set].complete

    def _add_rivals(self, item: Item, column: str, bad: Mapping[str, int]) -> None:
        """Tell codes that belong to another list or edition."""
        for name in self.profile.rivals.get(item.value_set, ()):
            rival = self.library.sets[name].labels
            within = {value: n for value, n in bad.items() if value in rival}
            if not within:
                continue
            count = sum(within.values())
            self.tally(item.id, Component.EDITION, -count, 0)
            told = {"rival": name, "set": item.value_set}
            self.findings.append(
                Finding(
                    f"{column}/edition={name}",
                    Component.EDITION,
                    item.id,
                    Severity.WARNING,
                    _named(RIVAL, item, **told),
                    count,
                    examples=dict(list(within.items())[:5]),
                )
            )
            return

    def add_presence(self) -> None:
        """Tell which fields the data have."""
        absent = set(self.checks.absent)
        spare = [c for c in self.table.types if c not in self.table.fields.values()]
        for item in self.profile.data_set.items:
            column = item.columns[0]
            if column not in absent:
                self.tally(item.id, Component.PRESENCE, 1, 1)
            elif item.need != "O":
                self.tally(item.id, Component.PRESENCE, 0, 1)
                self._add_absent(item, column, spare)

    def _add_absent(self, item: Item, column: str, spare: list[str]) -> None:
        """Add what is missing as a whole."""
        note = item.severity is Severity.NOTE
        mandatory = Severity.ERROR if item.need == "M" else Severity.WARNING
        severity = Severity.NOTE if note else mandatory
        self.units[f"{column}/presence"] = (Component.PRESENCE, 1)
        alike = next((s for s in spare if item.name.zh in s or s in item.name.zh), "")
        self.repairs += advice.absent(item, column, alike)
        say, rows = _named(ABSENT, item), self.table.rows
        name = f"{column}/presence"
        self.findings.append(
            Finding(name, Component.PRESENCE, item.id, severity, say, rows)
        )

    def add_types(self) -> None:
        """Tell texts and codes that are stored as numbers."""
        for column, held in self.table.fields.items():
            item, kind = self.profile.items[column], self.table.types[held]
            number = pa.types.is_integer(kind) or pa.types.is_floating(kind)
            if not number or item.kind not in ("text", "code", "codes"):
                continue
            name = f"{column}/type"
            self.units[name] = (Component.STRUCTURE, 0)
            self.repairs.append(advice.retype(item, column, str(kind)))
            say, part = _named(TYPE, item), Component.STRUCTURE
            self.findings.append(
                Finding(name, part, item.id, Severity.NOTE, say, self.table.rows)
            )

    def add_labels(self, codebook: Path | None) -> None:
        """Compare labels with the standard's, from columns and from the code book."""
        for code, label in self._label_columns():
            standard = self._standard_labels(code)
            if standard:
                pairs = from_table(self.scan.pairs_of(code, label))
                self._judge(code, pairs, standard)
        book = read_codebook(codebook) if codebook else {}
        for code, entries in book.items():
            standard = self._standard_labels(code)
            if standard and code in self.table.fields:
                used = self._used(code)
                pairs = [(c, name, used.get(c, 0)) for c, name in entries]
                self._judge(code, pairs, standard)

    def _label_columns(self) -> Iterator[tuple[str, str]]:
        """Pair code columns with the columns that hold their labels."""
        there = set(self.table.types) - set(self.table.fields.values())
        for column, held in self.table.fields.items():
            label = self.profile.labels.get(column, "")
            if label in self.table.fields:
                yield column, label
                continue
            item = self.profile.items[column]
            if item.kind == "code":
                named = (n for n in label_headings(item, held) if n in there)
                yield from ((column, name) for name in list(named)[:1])

    def _standard_labels(self, column: str) -> Mapping[str, str]:
        """Return the labels of a column's value set, or of its installed system."""
        item = self.profile.items.get(column)
        if item is None:
            return {}
        if item.value_set:
            return self.library.sets[item.value_set].labels
        return self.scan.labels_of(item.system) if item.system else {}

    def _used(self, column: str) -> dict[str, int]:
        """Count how often each code is used."""
        return self.scan.counts_of(column)

    def _judge(
        self,
        column: str,
        pairs: list[tuple[str, str, int]],
        standard: Mapping[str, str],
    ) -> None:
        """Take the labels that are not the standard's."""
        item = self.profile.items[column]
        found = list(judge(pairs, standard))
        total = sum(max(count, 1) for code, _, count in pairs if code in standard)
        wrong = sum(max(one.records, 1) for one in found)
        self.asked += total
        self.tally(item.id, Component.LABELS, total - wrong, total)
        self.repairs += advice.mislabels(item, column, found)
        for one in found:
            unit = f"{column}/label={one.code}|{one.label}"
            self.units[unit] = (Component.LABELS, max(one.records, 1))
            self.findings.append(_mislabeled(item, unit, one))

    def report(self) -> Report:
        """Sum up: the score, the findings by what they cost, the plan."""
        components: dict[Component, Tally] = {part: Tally() for part in Component}
        for parts in self.items.values():
            for part, tally in parts.items():
                components[part] += tally
        points = self._points(components)
        chosen, exact = plan_repairs(merged(self.repairs), points)
        return Report(
            profile=self.profile.id,
            name=self.profile.name,
            edition=self.profile.edition,
            standards=self.library.fingerprint,
            data=self.table.name,
            rows=self.table.rows,
            columns=len(self.table.types),
            length_unit=self.profile.length_unit,
            weights=self.profile.weights,
            components=components,
            items=self.items,
            findings=ordered(self.findings, points, chosen),
            silent=tuple(self.checks.silent),
            repairs=chosen,
            exact=exact,
            checks=self.asked,
            names={i.id: i.name for i in self.profile.data_set.items}
            | {r.id: r.say for r in self.profile.rules},
        )

    def _points(self, components: Mapping[Component, Tally]) -> dict[str, float]:
        """Say what each unit of trouble costs of the score."""
        weights = self.profile.weights
        whole = sum(weights.get(c, 0) for c, t in components.items() if t.total)
        return {
            unit: 100 * weights.get(part, 0) * count / components[part].total / whole
            if components[part].total and whole
            else 0.0
            for unit, (part, count) in self.units.items()
        }


def _row_item(rule: str) -> Item:
    """Stand in for the item of a rule between fields."""
    return Item(rule, Say(rule, rule), "", "text")


def _named(say: Say, item: Item, **details: object) -> Say:
    """Fill a message with the item's name in each language."""
    return Say(
        say.en.format(name=item.name.en, **details),
        say.zh.format(name=item.name.zh, **details),
    )


def _mislabeled(item: Item, unit: str, one: Mislabel) -> Finding:
    """Build the finding of a code with another label."""
    say = INVERTED if one.belongs_to else MISLABELED
    told = {"code": one.code, "label": one.label, "right": one.right}
    named = _named(say, item, **told, other=one.belongs_to)
    severity = Severity.ERROR if one.belongs_to else Severity.WARNING
    return Finding(unit, Component.LABELS, item.id, severity, named, one.records)
