"""What can go wrong with releases."""

from datong.core.reason import Reason
from datong.core.say import Say

NOTHING_PUBLISHED = Reason(
    "LAKE-NOTHING",
    what=Say("Nothing has been published yet.", "尚未发布任何版本。"),
    why=Say(
        "The project has not been run, or no run has come to its end.",
        "项目尚未运行，或者还没有一次运行走到最后。",
    ),
    next=Say(
        "`datong run` makes the first release.", "用 `datong run` 生成第一个版本。"
    ),
    example="datong query 'select 1'   (in a new project)",
)
NO_RELEASE = Reason(
    "LAKE-RELEASE",
    what=Say(
        "There is no release {release} that can be read.",
        "没有可读取的版本 {release}。",
    ),
    why=Say(
        "The number is wrong, or the release was removed after its retention time.",
        "版本号有误，或者该版本已过保留期而被清理。",
    ),
    next=Say("`datong releases` lists them.", "用 `datong releases` 查看现有版本。"),
    example="datong releases restore 99",
)
DAMAGED = Reason(
    "LAKE-DAMAGED",
    what=Say(
        "A published file is missing or was changed: {file}",
        "已发布的文件缺失或被改动：{file}",
    ),
    why=Say(
        "Somebody or something other than datong touched the lake's folder.",
        "datong 以外的人或程序动了数据湖文件夹。",
    ),
    next=Say(
        "Restore the file from a backup, or run `datong run --fresh`, which makes all"
        " files anew from the silos.",
        "请从备份恢复该文件，或执行 `datong run --fresh`，从原始文件重新生成。",
    ),
)
TRIAL = Reason(
    "LAKE-TRIAL",
    what=Say(
        "Release {release} is a trial on a sample; it cannot become the current one.",
        "版本 {release} 是抽样试运行，不能成为当前版本。",
    ),
    why=Say(
        "It holds some of the persons only (`datong run --sample`).",
        "它只含部分患者（`datong run --sample`）。",
    ),
    next=Say(
        "`datong run` makes the whole release; `datong query --release {release}` reads"
        " the trial.",
        "用 `datong run` 生成完整版本；用 `datong query --release {release}`"
        " 读取试运行结果。",
    ),
    example="datong run --sample 5%, then datong releases restore 2",
)
