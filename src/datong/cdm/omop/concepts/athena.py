"""The user's OMOP vocabularies, as Athena delivers them, read once into Parquet.

In:  a folder with CONCEPT.csv, CONCEPT_RELATIONSHIP.csv and, if they are there,
     CONCEPT_ANCESTOR.csv and VOCABULARY.csv (tab between fields, no quotes).
Out: concept.parquet, maps.parquet, ingredient.parquet and their release.
Nothing of the vocabularies is shipped with datong.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from datong.cdm.reasons import NO_ATHENA
from datong.core.reason import Trouble
from datong.engine.duckdb import Duck, Input, literal

NEEDED = ("CONCEPT", "CONCEPT_RELATIONSHIP")
READ = (*NEEDED, "CONCEPT_ANCESTOR", "VOCABULARY")
CONCEPT = """select cast(concept_id as integer) as concept_id, concept_name, domain_id,
  vocabulary_id, concept_class_id, nullif(standard_concept, '') as standard_concept,
  concept_code, nullif(invalid_reason, '') as invalid_reason,
  cast(strptime(replace(valid_start_date, '-', ''), '%Y%m%d') as date) as since,
  cast(strptime(replace(valid_end_date, '-', ''), '%Y%m%d') as date) as until
from {concept} order by vocabulary_id, concept_code"""
MAPS = """select cast(concept_id_1 as integer) as concept_id,
  cast(concept_id_2 as integer) as target, relationship_id = 'Maps to value' as of_value
from {concept_relationship}
where relationship_id in ('Maps to', 'Maps to value')
  and nullif(invalid_reason, '') is null and concept_id_2 <> '0' order by 1, 2"""
INGREDIENT = """select distinct cast(descendant_concept_id as integer) as concept_id,
  cast(ancestor_concept_id as integer) as ingredient_concept_id
from {concept_ancestor} a where ancestor_concept_id in (
  select concept_id from {concept} where concept_class_id = 'Ingredient'
    and vocabulary_id in ('RxNorm', 'RxNorm Extension') and standard_concept = 'S')
order by 1, 2"""
RELEASE = """select max(vocabulary_version) as release from {vocabulary}
where vocabulary_id = 'None'"""
NOTHING = {
    "concept": pa.schema(
        [("concept_id", pa.int32())]
        + [
            (name, pa.string())
            for name in (
                "concept_name",
                "domain_id",
                "vocabulary_id",
                "concept_class_id",
                "standard_concept",
                "concept_code",
                "invalid_reason",
            )
        ]
        + [("since", pa.date32()), ("until", pa.date32())]
    ),
    "maps": pa.schema(
        [("concept_id", pa.int32()), ("target", pa.int32()), ("of_value", pa.bool_())]
    ),
    "ingredient": pa.schema(
        [("concept_id", pa.int32()), ("ingredient_concept_id", pa.int32())]
    ),
}


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """Where the converted vocabularies lie; without a folder they are empty."""

    folder: Path | None = None
    release: str = ""

    def table(self, name: str) -> Input:
        """Return one of concept, maps and ingredient."""
        if self.folder is not None:
            return self.folder / f"{name}.parquet"
        return NOTHING[name].empty_table()


def convert(duck: Duck, athena: Path, into: Path) -> Vocabularies:
    """Read an Athena folder into Parquet, if it was not read before.

    Raises Trouble CDM-ATHENA if the folder lacks a file that is needed.
    """
    for name in NEEDED:
        if not _file(athena, name).is_file():
            raise Trouble(NO_ATHENA, athena, file=f"{name}.csv")
    seen, note = _stamp(athena), into / "read.json"
    if note.is_file():
        before = json.loads(note.read_text(encoding="utf-8"))
        if before["files"] == seen:
            return Vocabularies(into, before["release"])
    release = _read(duck, athena, into)
    note.write_text(json.dumps({"files": seen, "release": release}), encoding="utf-8")
    return Vocabularies(into, release)


def _read(duck: Duck, athena: Path, into: Path) -> str:
    """Write the Parquet files; return the release of the vocabularies."""
    reads = {name.lower(): _csv(_file(athena, name)) for name in READ}
    duck.run(CONCEPT.format(**reads), {}, into / "concept.parquet")
    duck.run(MAPS.format(**reads), {}, into / "maps.parquet")
    ingredient = into / "ingredient.parquet"
    if _file(athena, "CONCEPT_ANCESTOR").is_file():
        duck.run(INGREDIENT.format(**reads), {}, ingredient)
    else:
        nothing = NOTHING["ingredient"].empty_table()
        duck.run("select * from nothing", {"nothing": nothing}, ingredient)
    if not _file(athena, "VOCABULARY").is_file():
        return ""
    return str(duck.one(RELEASE.format(**reads))[0] or "")


def _file(athena: Path, name: str) -> Path:
    """Name one of Athena's files."""
    return athena / f"{name}.csv"


def _csv(file: Path) -> str:
    """Write how SQL reads one of Athena's files, all of it as text."""
    return (
        f"read_csv({literal(file)}, delim = '\t', quote = '', escape = '',"
        " header = true, all_varchar = true)"
    )


def _stamp(athena: Path) -> list[list[object]]:
    """Tell the files apart from any other delivery, without reading them."""
    held = [_file(athena, name) for name in READ]
    stats = [(file.name, file.stat()) for file in held if file.is_file()]
    told = [[name, stat.st_size, stat.st_mtime_ns] for name, stat in stats]
    return [["form", *NOTHING["concept"].names], *told]
