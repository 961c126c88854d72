"""A diagnosis fits the sex of its person."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import Scene, Tables, Together
from datong.standards.records import all_kinds

KINDS = all_kinds()
OF_WOMEN = "O[0-9]|C5[1-8]|N7[0-9]|N8[0-9]"
OF_MEN = "C6[0-3]|N4[0-9]|N5[01]"


def find(tables: Tables) -> set[int]:
    """Find diagnoses of women in men and the other way round."""
    sexes = {(p["person"], p["sex_code"]) for p in tables["person"]}
    wrong = set()
    for diagnosis in tables["diagnosis"]:
        person, code = diagnosis["person"], str(diagnosis["diagnosis_code"] or "")
        of_women = any((person, sex) in sexes for sex in ("M", "male", "1"))
        of_men = any((person, sex) in sexes for sex in ("F", "female", "2"))
        is_wrong = (of_women and re.match(OF_WOMEN, code)) or (
            of_men and re.match(OF_MEN, code)
        )
        if is_wrong and person is not None:
            wrong.add(int(str(diagnosis["record"])))
    return wrong


CHECK = Together(
    name="diagnosis_of_other_sex",
    table="diagnosis",
    reads=(
        KINDS["diagnosis"].shape,
        KINDS["person"].shape,
    ),
    severity=Severity.ERROR,
    why=Say(
        "A pregnancy of a man: two people were mixed, or the sex is wrong.",
        "男性出现妊娠诊断：混淆了两个人，或性别有误。",
    ),
    examined="diagnosis_code is not null",
    bad="""
        select distinct d.record from diagnosis d join person p on p.person = d.person
        where (p.sex_code in ('M', 'male', '1')
            and regexp_matches(d.diagnosis_code, '^(O[0-9]|C5[1-8]|N7[0-9]|N8[0-9])'))
        or (p.sex_code in ('F', 'female', '2')
            and regexp_matches(d.diagnosis_code, '^(C6[0-3]|N4[0-9]|N5[01])'))
    """,
    find=find,
    scenes=(
        Scene(
            {
                "person": [{"person": 1, "sex_code": "F"}],
                "diagnosis": [{"record": 1, "person": 1, "diagnosis_code": "O80"}],
            },
            frozenset(()),
        ),
        Scene(
            {
                "person": [{"person": 1, "sex_code": "M"}],
                "diagnosis": [{"record": 1, "person": 1, "diagnosis_code": "O80"}],
            },
            frozenset((1,)),
        ),
        Scene(
            {
                "person": [{"person": 1, "sex_code": "F"}],
                "diagnosis": [{"record": 1, "person": 1, "diagnosis_code": "C61"}],
            },
            frozenset((1,)),
        ),
    ),
)
