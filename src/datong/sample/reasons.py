"""What can go wrong where a region is invented."""

from datong.core.reason import Reason
from datong.core.say import Say

SIZE = Reason(
    "SAMPLE-SIZE",
    what=Say(
        "A region has 1 to {most} people and at least 6 hospitals, its seed is 0 or"
        " more, and at least one process makes it; asked were {people} people,"
        " {hospitals} hospitals, seed {seed}, {processes} processes.",
        "一个区域要有 1 至 {most} 人、至少 6 家医院，种子不小于 0，至少用一个进程；"
        "现在要的是 {people} 人、{hospitals} 家、种子 {seed}、{processes} 个进程。",
    ),
    why=Say(
        "Every tier of care has two hospitals near each person, and the invented"
        " identity numbers suffice for so many people.",
        "每个人附近的每一级医疗机构都有两家，而虚构的身份证号只够这么多人用。",
    ),
    next=Say(
        "Ask for such a size: `datong sample --people 10000 --out region`.",
        "请改用这样的规模：`datong sample --people 10000 --out region`。",
    ),
    example="datong sample --people 0 --out region",
)
FULL = Reason(
    "SAMPLE-FULL",
    what=Say("The folder is not empty.", "目标文件夹不是空的。"),
    why=Say(
        "A region goes into a new folder, so that nothing of yours is overwritten.",
        "虚构区域只写入新的文件夹，以免覆盖您的文件。",
    ),
    next=Say(
        "Name another folder with --out, or delete this one.",
        "请用 --out 指定另一个文件夹，或先删除这个文件夹。",
    ),
    example="datong sample --out region",
)
RATES = Reason(
    "SAMPLE-RATES",
    what=Say("The rates cannot be used: {problem}.", "比率文件不可用：{problem}。"),
    why=Say(
        "Every table and name must be one of the printed ones, every rate a number"
        " from 0 to 1, every tier's factor 0 or more.",
        "每个表名和名称都必须是默认文件中已有的；比率为 0 至 1 的数，"
        "级别的系数不小于 0。",
    ),
    next=Say(
        "Print the known ones with `datong sample rates`, and mend the file.",
        "用 `datong sample rates` 打印默认文件，对照修改。",
    ),
    example="datong sample --rates rates.toml --out region",
)
STAGE = Reason(
    "SAMPLE-STAGE",
    what=Say("There is no stage {stage}.", "没有名为 {stage} 的阶段。"),
    why=Say("These can be scored: {known}.", "可以评分的阶段：{known}。"),
    next=Say(
        "Name one of them: `datong sample score link region`.",
        "请写其中之一：`datong sample score link region`。",
    ),
    example="datong sample score luck region",
)
TRUTH = Reason(
    "SAMPLE-TRUTH",
    what=Say("The folder holds no truth.", "文件夹中没有真值。"),
    why=Say(
        "Only an invented region knows what is true; of real data nobody does.",
        "只有虚构区域才知道真值；真实数据的真值无人知晓。",
    ),
    next=Say(
        "Make one: `datong sample --out region && datong run region`.",
        "请先生成：`datong sample --out region && datong run region`。",
    ),
    example="datong sample score link hospital-data",
)
