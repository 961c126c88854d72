"""Models in a folder: numbered, with their data's hash and measure; one is in use.

    FOLDER/current              the number of the model in use
    FOLDER/approvals.jsonl      what people decided, in order; a later line counts
    FOLDER/models/0001/         card.json table.jsonl past.jsonl trees.json arrays.npz

A new model is put in use if none is, or on request if it is better on terms that it had
not seen; the older ones stay.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from datong.core.reason import Trouble
from datong.core.say import Say
from datong.terms.codes import CodeTable, Concept
from datong.terms.confidence import Confidence
from datong.terms.edits import Edits
from datong.terms.features import traits_of
from datong.terms.kept import current, place_of, table_at
from datong.terms.mapped import Mapped, Relation
from datong.terms.model import Model
from datong.terms.normalizer import Normalizer
from datong.terms.pieces import Vocabulary
from datong.terms.ranker import Trees
from datong.terms.reasons import NO_MODEL
from datong.terms.shelf import shelf_of
from datong.terms.training import Reviewed

LAYOUT = 2
APART = Say(
    "It cannot be compared with model {earlier}: no terms that neither had seen are"
    " answered alike by reviewers.",
    "无法与模型 {earlier} 比较：没有两者均未见过且审核结论一致的术语。",
)
COMPARED = Say(
    "On the {texts:,} terms that it and model {earlier} had not seen, answered alike by"
    " reviewers: F1 {new_f1:.3f} (model {earlier}: {old_f1:.3f}), first answer right"
    " {new_accuracy_at_1:.1%} ({old_accuracy_at_1:.1%}).",
    "在两者均未见过且审核结论一致的 {texts:,} 条术语上：F1 {new_f1:.3f}"
    "（模型 {earlier}：{old_f1:.3f}），首选正确率 {new_accuracy_at_1:.1%}"
    "（{old_accuracy_at_1:.1%}）。",
)


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of models and approvals."""

    folder: Path

    @property
    def numbers(self) -> list[int]:
        """List the models that are kept."""
        models = self.folder / "models"
        return sorted(int(p.name) for p in models.glob("[0-9]*") if p.is_dir())

    @property
    def current(self) -> int | None:
        """Return the number of the model in use."""
        return current(self.folder)

    def card(self, number: int) -> dict[str, Any]:
        """Read what a model says of itself."""
        card: dict[str, Any] = _read(self._of(number) / "card.json")
        return card

    def keep(self, model: Model, *, replace: bool = False) -> tuple[int, bool]:
        """Keep a new model; return its number and whether it is in use now."""
        number = max(self.numbers, default=0) + 1
        held = self.current
        model.card |= {
            "number": number,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "layout": LAYOUT,
        }
        if held is not None:
            earlier = _held(self._of(held))
            model.card["compared"] = {"with": held, **compared(model.held, earlier)}
        save(model, self._of(number))
        used = held is None or (replace and _is_better(model.card, self.card(held)))
        if used:
            self.use(number)
        return number, used

    def use(self, number: int) -> None:
        """Put a kept model in use."""
        self.card(number)
        _write(self.folder / "current", str(number))

    def open(self, number: int | None = None) -> Normalizer:
        """Open the model in use, or another one, with all approvals."""
        asked = number or self.current
        if asked is None:
            raise Trouble(NO_MODEL, self.folder, said="current?")
        normalizer = Normalizer(load(self._of(asked)))
        approvals = self.approvals()
        if approvals:
            table = normalizer.model.shelf.table
            normalizer.approve(
                {
                    one.text: one.gold
                    for one in approvals
                    if all(table.place(gold) is not None for gold in one.gold)
                }
            )
        return normalizer

    def approvals(self) -> list[Reviewed]:
        """Read what people decided; of several decisions on a text, the last."""
        lines = self._decisions()
        return [Reviewed(line["text"], tuple(line["gold"])) for line in lines]

    def mappings(self) -> list[Mapped]:
        """Return the approvals with all that was said of them."""
        table = self.open().model.shelf.table if self.current else CodeTable([])
        return [one for line in self._decisions() for one in _mapped(line, table)]

    def _decisions(self) -> list[dict[str, Any]]:
        """Read the decisions; of several on a text, the last."""
        place = self.folder / "approvals.jsonl"
        lines = _read_lines(place) if place.exists() else []
        return list({line["text"]: line for line in lines}.values())

    def approve(
        self,
        decided: Iterable[Reviewed],
        who: str = "",
        said: Mapping[str, Sequence[Mapped]] | None = None,
    ) -> int:
        """Write decisions down, with all that was said of each; return how many."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        lines = []
        for one in decided:
            line: dict[str, Any] = {"text": one.text, "gold": list(one.gold)}
            line |= {"who": who, "at": at}
            if said is not None:
                line["mappings"] = [m.plain() for m in said.get(one.text, ())]
            lines.append(json.dumps(line, ensure_ascii=False))
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "approvals.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        return len(lines)

    def _of(self, number: int) -> Path:
        """Return the folder of a model."""
        return place_of(self.folder, number)


def _mapped(line: dict[str, Any], table: CodeTable) -> list[Mapped]:
    """Say a decision as mappings."""
    if line.get("mappings"):
        return [Mapped.of(row) for row in line["mappings"]]
    base = Mapped(line["text"], who=line["who"], at=line["at"])
    if not line["gold"]:
        return [dataclass_replace(base, relation=Relation.NONE)]
    known = {gold: table.place(gold) for gold in line["gold"]}
    concepts = [
        Concept(gold) if at is None else table.concepts[at]
        for gold, at in known.items()
    ]
    return [
        dataclass_replace(
            base,
            code=concept.code,
            name=concept.name,
            system=table.system,
            edition=table.edition,
        )
        for concept in concepts
    ]


def compared(
    new: Sequence[Mapping[str, Any]], old: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Compare two models on the texts that both had held out, with the same answers.

    Gives `texts`, and F1 and the share of right first answers of both.
    """
    before = {one["text"]: one for one in old}
    both = [
        (one, before[one["text"]])
        for one in new
        if before.get(one["text"], {}).get("gold") == one["gold"]
    ]
    told: dict[str, Any] = {"texts": len(both)}
    for name, side in (("new", 0), ("old", 1)):
        mine = [pair[side] for pair in both]
        meant = sum(len(one["gold"]) + one["said"] for one in mine)
        told[f"{name}_f1"] = 2 * sum(one["hit"] for one in mine) / max(meant, 1)
        first = sum(one["first"] for one in mine)
        told[f"{name}_accuracy_at_1"] = first / max(len(mine), 1)
    return told


def comparison(card: Mapping[str, Any]) -> Say | None:
    """Say how a new model compares with the one in use, if there was one."""
    told = card.get("compared")
    if not told:
        return None
    said = COMPARED if told["texts"] else APART
    return said.with_(**told | {"earlier": told["with"]})


def _is_better(card: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether a model is better on the same texts; of equals, the more taught."""
    told = card["compared"]
    mine, theirs = (told["new_f1"], told["new_accuracy_at_1"]), card["terms"]
    return told["texts"] > 0 and (*mine, theirs) > (
        told["old_f1"],
        told["old_accuracy_at_1"],
        other["terms"],
    )


def _held(folder: Path) -> list[dict[str, Any]]:
    """Read the texts that a model had held out."""
    place = folder / "held_out.jsonl"
    return _read_lines(place) if place.exists() else []


def save(model: Model, folder: Path) -> None:
    """Write a model into its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shelf = model.shelf
    table = shelf.table
    rows = [{"system": table.system, "edition": table.edition}, *table.rows()]
    _lines(folder / "table.jsonl", rows)
    _lines(folder / "held_out.jsonl", model.held)
    past = zip(shelf.past.texts, shelf.past.answers, strict=True)
    _lines(folder / "past.jsonl", ({"text": t, "concepts": a} for t, a in past))
    trees = {"sieve": model.sieve.written(), "ranker": model.ranker.written()}
    if model.chooser:
        trees["chooser"] = model.chooser.written()
    _write(folder / "trees.json", json.dumps(trees))
    costs = {
        f"{name}_{part}": values
        for name, edits in (("edits", model.edits), ("kinship", model.kinship))
        for part, values in edits.written().items()
    }
    bridge = sparse.csr_matrix(shelf.bridge if shelf.bridge is not None else (1, 1))
    pieces = "\n".join(shelf.vocabulary.place).encode()
    np.savez_compressed(
        folder / "arrays.npz",
        pieces=np.frombuffer(pieces, np.uint8),
        weight=shelf.vocabulary.weight,
        **costs,  # type: ignore[arg-type] # the stub takes them for flags
        bridge_data=bridge.data,
        bridge_indices=bridge.indices,
        bridge_indptr=bridge.indptr,
    )
    card = model.card | {"confidence": model.confidence.written(), "layout": LAYOUT}
    _write(folder / "card.json", json.dumps(card, indent=1, ensure_ascii=False))


def load(folder: Path) -> Model:
    """Read a model; raises Trouble TERMS-MODEL where that cannot be done."""
    try:
        card = _read(folder / "card.json")
        if card["layout"] != LAYOUT:
            raise Trouble(NO_MODEL, folder, said=f"layout {card['layout']}")
        return _load(folder, card)
    except (OSError, ValueError, KeyError) as error:
        raise Trouble(NO_MODEL, folder, said=str(error)) from error


def _load(folder: Path, card: dict[str, Any]) -> Model:
    """Put a model together again."""
    table = table_at(folder / "table.jsonl")
    past = _read_lines(folder / "past.jsonl")
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        pieces = arrays["pieces"].tobytes().decode().split("\n")
        places = {piece: place for place, piece in enumerate(pieces)}
        vocabulary = Vocabulary(places, arrays["weight"])
        texts, answers = [p["text"] for p in past], [p["concepts"] for p in past]
        shelf = shelf_of(table, texts, answers, vocabulary)
        if len(arrays["bridge_indptr"]) == len(pieces) + 1:
            cells = [arrays[f"bridge_{part}"] for part in ("data", "indices", "indptr")]
            shelf.bridge = sparse.csr_matrix(tuple(cells), (len(pieces), len(pieces)))
        edits, kinship = (Edits.read(arrays, name) for name in ("edits", "kinship"))
    trees = _read(folder / "trees.json")
    return Model(
        shelf=shelf,
        traits=traits_of(shelf),
        sieve=Trees.read(trees["sieve"]),
        edits=edits,
        kinship=kinship,
        ranker=Trees.read(trees["ranker"]),
        confidence=Confidence(**card.pop("confidence")),
        chooser=Trees.read(trees["chooser"]) if "chooser" in trees else None,
        card=card,
    )


def _read(place: Path) -> Any:
    """Read JSON."""
    return json.loads(place.read_text("utf-8"))


def _read_lines(place: Path) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in place.read_text("utf-8").splitlines()]


def _lines(place: Path, rows: Iterable[object]) -> None:
    """Write JSON lines."""
    _write(place, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))


def _write(place: Path, text: str) -> None:
    """Write a file aside and put it in its place when it is whole."""
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f".{place.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(place)


def reviewed_of(library: Library, more: Sequence[Reviewed]) -> list[Reviewed]:
    """Join reviewed terms with the folder's approvals; an approval counts more."""
    approvals = library.approvals()
    decided = {one.text for one in approvals}
    return [*(one for one in more if one.text not in decided), *approvals]
