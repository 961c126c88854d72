"""What can go wrong when data are judged."""

from datong.core.reason import Reason
from datong.core.say import Say

NO_TABLES = Reason(
    "QUALITY-NO-TABLES",
    what=Say("No OMOP table lies in this folder.", "该文件夹中没有 OMOP 表。"),
    why=Say(
        "A table is a Parquet or CSV file with its name (person.parquet), or a folder"
        " of such files (person/part-0.parquet).",
        "每张表应为同名的 Parquet 或 CSV 文件（person.parquet），"
        "或装有这类文件的同名文件夹（person/part-0.parquet）。",
    ),
    next=Say(
        "Give the folder that holds the files themselves.",
        "请给出直接存放这些文件的文件夹。",
    ),
    example="datong check --omop exports/cdm",
)
NOT_READ = Reason(
    "QUALITY-NOT-READ",
    what=Say(
        "This file cannot be read as a table: {said}",
        "该文件无法作为表读取：{said}",
    ),
    why=Say(
        "The copying was cut short, or the file is of another kind.",
        "复制未完成，或者文件属于其他格式。",
    ),
    next=Say("Copy or export the file again.", "请重新复制或导出该文件。"),
)
BAD_RULES = Reason(
    "QUALITY-RULES",
    what=Say(
        "A rule of this file cannot be used: {said}",
        "该文件中的规则无法使用：{said}",
    ),
    why=Say(
        "A field is missing or misspelt, or a condition is no SQL.",
        "缺少字段、字段名有误，或条件不是合法的 SQL。",
    ),
    next=Say(
        "Mend the rule; docs/how-to/quality.md shows one of each kind.",
        "请修改该规则；docs/how-to/quality.md 中有各类规则的示例。",
    ),
    example='[[check]] name = "esr_needs_a_unit"',
)
NO_USE = Reason(
    "QUALITY-USE",
    what=Say("There is no use called {use}.", "没有名为 {use} 的用途。"),
    why=Say(
        "A use is a file of its own; its name is misspelt or the file is not there.",
        "每种用途对应一个文件；名称有误，或文件不存在。",
    ),
    next=Say(
        "`datong quality uses` lists them.", "用 `datong quality uses` 查看现有用途。"
    ),
)
NO_SITE = Reason(
    "QUALITY-NO-SITE",
    what=Say(
        "This project has no organization {site}.",
        "该项目中没有机构 {site}。",
    ),
    why=Say(
        "A page to hand back is for one organization of datong.toml: {known}.",
        "退回单面向 datong.toml 中的一个机构：{known}。",
    ),
    next=Say("Name one of these.", "请指定其中之一。"),
    example="datong check demo --for H001 --html H001.html",
)
COHORTS = Reason(
    "QUALITY-COHORTS",
    what=Say(
        "These cohorts cannot be used: {said}",
        "这些队列无法使用：{said}",
    ),
    why=Say(
        "A cohort table has the columns cohort_definition_id and subject_id, and at"
        " least one and at most {most} cohorts.",
        "队列表须有 cohort_definition_id 和 subject_id 两列，含 1 至 {most} 个队列。",
    ),
    next=Say(
        "Write it as OMOP's table cohort, in Parquet.",
        "请按 OMOP 的 cohort 表写成 Parquet 文件。",
    ),
    example="datong check --omop exports/cdm --cohorts cohort.parquet",
)
GATE = Reason(
    "QUALITY-GATE",
    what=Say(
        "Release {release} falls short of [check] stop_at: {failed} checks fail."
        " Current is the release before: {kept}.",
        "版本 {release} 未达到 [check] stop_at 的要求：{failed} 项检查未通过。"
        "当前版本仍为此前的版本：{kept}。",
    ),
    why=Say(
        "datong.toml asks that each run is judged and that a release with such failures"
        " is not published.",
        "datong.toml 要求每次运行后检查质量，未达标的版本不予发布。",
    ),
    next=Say(
        "`datong check --html quality.html` says what fails; mend the source or the"
        " mapping, or accept a failure by a waiver in quality.toml; `datong releases"
        " restore` publishes it all the same.",
        "用 `datong check --html quality.html` 查看问题；修复源数据或映射，"
        "或在 quality.toml 中豁免；"
        "仍要发布时用 `datong releases restore`。",
    ),
    example='stop_at = "error"',
)
