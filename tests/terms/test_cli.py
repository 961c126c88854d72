"""`datong terms`, as a person types it, and the commands of its page."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from datong.serve.cli import main
from tests.terms.conftest import reviewed, write_reviewed, write_table

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "terms.md"


def run(*words: str, entered: str = "") -> Result:
    """Run a command."""
    return CliRunner().invoke(main, ["terms", *words], input=entered)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a code table, reviewed terms, and what a hospital wrote."""
    folder = tmp_path_factory.mktemp("terms")
    write_table(folder / "codes.csv")
    write_reviewed(reviewed(160, seed=5), folder / "reviewed.jsonl")
    write_reviewed(reviewed(60, seed=6), folder / "later.jsonl")
    (folder / "waiting.csv").write_text("text,rows\n怪病,40\n肺囊肿摘除,7\n", "utf-8")
    write_table(folder / "insurance.csv")
    (folder / "insurance.csv").write_text("code,name\n10.0000,肺病损切除术\n", "utf-8")
    told = "code,name,unit\nA1,脑造口,\nA2,肺切除,\nA3,白细胞,10*9/L\n"
    (folder / "items.csv").write_text(told, "utf-8")
    told = "code,rows,money\n10.0000,5,9\n10.3000,2,700.5\n27.3000,9,80\nX,1,\n"
    (folder / "used.csv").write_text(told, "utf-8")
    (folder / "coded.csv").write_text("code,name\n10.0000,脑造口术\n", "utf-8")
    return folder


def test_every_command_of_the_page_runs(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("DATONG_LANG", "en")
    commands = re.findall(r"^datong terms (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(commands) >= 9
    printed = {}
    for line in commands:
        done = run(*shlex.split(line))
        assert done.exit_code == 0, (line, done.output, done.exception)
        printed[line] = done.output
    figures = json.loads(printed[commands[0]])
    assert figures["accuracy_at_1"] > 0.8
    wanted = {"score", "f1", "recall_at_5", "recall_at_10", "auto_accept_share_at_99"}
    assert wanted <= figures.keys()
    answers = run(
        "normalize", "model", "--json", entered="右肺囊肿切除术\n怪病\n"
    ).output
    first, second = (json.loads(line) for line in answers.splitlines())
    assert first["candidates"][0]["name"] == "肺病损切除术"
    assert first["candidates"][0]["because"]
    assert (second["decision"], second["approved"]) == ("accept", True)
    assert Path("for_usagi.csv").exists()
    told = next(text for line, text in printed.items() if line.startswith("gaps"))
    first, *_, last = told.splitlines()
    assert "700.50" in first
    assert "not sure whether an insurance name exists" in first
    assert last.startswith("2 of 4 used codes have no known insurance name: of 0 none")
    plain = run("gaps", "codes.csv", "insurance.csv", "used.csv", "--json").output
    assert json.loads(plain.splitlines()[0])["code"] == "10.3000"


def test_bad_input_never_shows_a_traceback(place: Path, tmp_path: Path) -> None:
    codes, terms = str(place / "codes.csv"), str(place / "reviewed.jsonl")
    bad = tmp_path / "bad"
    bad.write_text("x", "utf-8")
    for words, code in (
        (("evaluate", terms, terms, str(bad)), "TERMS-TABLE"),
        (("evaluate", str(bad), terms, codes), "TERMS-EXAMPLES"),
        (("normalize", str(tmp_path), "肺"), "TERMS-MODEL"),
        (("train", str(tmp_path / "m"), codes), "TERMS-FEW"),
        (("import", str(tmp_path), str(bad), "--layout", "usagi"), "TERMS-LAYOUT"),
    ):
        done = run(*words)
        assert done.exit_code == 1, words
        assert code in done.output + done.stderr, words
        assert "Traceback" not in done.output


def test_a_crosswalk_of_another_system_is_told_before_training(
    place: Path, tmp_path: Path
) -> None:
    """Imported OMOP numbers teach nothing about a table of other codes."""
    stcm, model = tmp_path / "stcm.csv", str(tmp_path / "model")
    head = "source_code,source_code_description,target_concept_id\n"
    rows = "".join(f"{n},病{n},{4_000_000 + n}\n" for n in range(70))
    stcm.write_text(head + rows, "utf-8")
    assert run("import", model, str(stcm), "--layout", LAYOUT).exit_code == 0
    done = run("train", model, str(place / "codes.csv"))
    assert "TERMS-FOREIGN" in done.output + done.stderr


LAYOUT = "source_to_concept_map"


def test_reviewed_terms_may_be_a_table_of_excel(place: Path, tmp_path: Path) -> None:
    """CSV as Chinese Excel saves it; two names of one code; an answer unknown."""
    codes = (place / "codes.csv").read_text("utf-8") + "\n10.0000,肺肿物切除术\n"
    (tmp_path / "codes.csv").write_text(codes, "gb18030")
    rows = [f"{one.text},{'|'.join(one.gold)}" for one in reviewed(80, seed=9)]
    lines = "\n".join(["text,gold", *rows, "怪病,不存在的手术", "肺甲乙,10.0000"])
    (tmp_path / "reviewed.csv").write_text(lines, "gb18030")
    files = ("model", "codes.csv", "reviewed.csv")
    done = run("train", *(str(tmp_path / name) for name in files))
    assert done.exit_code == 0, done.output
    assert "不存在的手术" in done.output
    told = run("normalize", str(tmp_path / "model"), "肺甲乙", "--json")
    assert json.loads(told.output)["concepts"][0]["name"] == "肺病损切除术"
    (tmp_path / "reviewed.csv").write_text("text,code\n肺,1\n", "utf-8")
    done = run("train", *(str(tmp_path / name) for name in files))
    assert "text, gold? (text, code)" in done.output + done.stderr


def test_without_reviewed_terms_the_starter_is_measured(
    place: Path, tmp_path: Path
) -> None:
    (tmp_path / "none.jsonl").write_text("", "utf-8")
    files = (tmp_path / "none.jsonl", place / "later.jsonl", place / "codes.csv")
    done = run("evaluate", *map(str, files), "--json")
    figures = json.loads(done.output)
    assert figures["trained_terms"] == 0
    assert figures["auto_accept_precision"] == 1
