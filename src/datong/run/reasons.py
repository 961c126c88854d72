"""What can go wrong with a project and its runs."""

from datong.core.reason import Reason
from datong.core.say import Say

NO_PROJECT = Reason(
    "RUN-PROJECT",
    what=Say("There is no datong.toml here.", "此处没有 datong.toml。"),
    why=Say(
        "The command was called outside a project folder.",
        "命令不是在项目文件夹中执行的。",
    ),
    next=Say(
        "Go into the project folder, name it with --project, or make one:"
        " `datong init FOLDER`; `datong demo` builds one that is complete.",
        "请进入项目文件夹，或用 --project 指明，或新建：`datong init 文件夹`；"
        "`datong demo` 可生成一个完整的示例。",
    ),
)
SETTINGS = Reason(
    "RUN-SETTINGS",
    what=Say("datong.toml is wrong: {said}", "datong.toml 有误：{said}"),
    why=Say("A misspelt word, or one that is missing.", "有拼错或缺少的词。"),
    next=Say(
        "docs/reference/project.md explains every word of it.",
        "每个词的含义见 docs/reference/project.md。",
    ),
)
BUSY = Reason(
    "RUN-BUSY",
    what=Say(
        "Another run of this project is at work.", "该项目已有另一次运行正在进行。"
    ),
    why=Say(
        "Two runs would write the same tables; only one may.",
        "两次运行会写同样的表，一次只允许一个。",
    ),
    next=Say(
        "Wait for it, or run with --wait. If that process was killed, the lock is"
        " already free: run again.",
        "请等待它结束，或用 --wait 等待。若该进程已被终止，锁已自动释放，可直接重试。",
    ),
)
NO_FOLDER = Reason(
    "RUN-FOLDER",
    what=Say("The folder does not exist: {folder}", "文件夹不存在：{folder}"),
    why=Say(
        "A misspelling in datong.toml, or a drive that is not connected.",
        "datong.toml 中拼写有误，或磁盘未连接。",
    ),
    next=Say("Correct it in datong.toml.", "请在 datong.toml 中更正。"),
)
NO_MAPPING = Reason(
    "RUN-MAPPING",
    what=Say(
        "{organization} has no mapping file in {folder}",
        "{organization} 在 {folder} 中没有映射文件",
    ),
    why=Say("Nobody has said yet what its tables mean.", "尚未说明其各表的含义。"),
    next=Say(
        "`datong scan` shows the tables; docs/start/my-own-csv.md writes the first"
        ' mapping; FHIR needs `mappings = "shipped:fhir"`.',
        "用 `datong scan` 查看各表；docs/start/my-own-csv.md 教您写第一个映射；"
        'FHIR 数据用 `mappings = "shipped:fhir"`。',
    ),
)
NO_FILES = Reason(
    "RUN-FILES",
    what=Say(
        "No file matches `{glob}` in {folder}", "{folder} 中没有与 `{glob}` 匹配的文件"
    ),
    why=Say(
        "The delivery is incomplete, or its files are named otherwise.",
        "交付不完整，或文件命名不同。",
    ),
    next=Say(
        "Correct `glob` in [files] of the mapping, ask the owner for the file, or"
        " remove the mapping.",
        "请更正映射 [files] 中的 `glob`，或请提供方补交，或删去该映射。",
    ),
)
VANISHED = Reason(
    "RUN-VANISHED",
    what=Say(
        "A file of the last release is gone: {file}", "上一版本使用的文件不见了：{file}"
    ),
    why=Say(
        "It was moved or deleted; without it, its rows would vanish from the release.",
        "文件被移动或删除；缺少它，其中的行将从新版本中消失。",
    ),
    next=Say(
        "Put it back; or run with --accept-vanished if its rows are to go.",
        "请放回该文件；若确实要去掉这些行，请加 --accept-vanished 运行。",
    ),
)
TRACE = Reason(
    "RUN-TRACE",
    what=Say("There is nothing to trace at {what}.", "没有可追溯的内容：{what}。"),
    why=Say(
        "The table or the number does not exist in this release, or the line gave no"
        " record (then it is among the rejects).",
        "该版本中没有此表或此编号，或该行未生成记录（可在拒收中查到）。",
    ),
    next=Say(
        "Write table:number, as `condition_occurrence:123`, or --file NAME --line N.",
        "请写成 表:编号，如 `condition_occurrence:123`，"
        "或用 --file 文件名 --line 行号。",
    ),
)
MEND = Reason(
    "RUN-MEND",
    what=Say("The mended file does not fit: {said}", "更正文件不符合要求：{said}"),
    why=Say(
        "It was not made by `datong rejects --export`, or its first columns were"
        " changed.",
        "它不是由 `datong rejects --export` 导出，或前几列被改动。",
    ),
    next=Say(
        "Export again, change only the cells of the table, and replay that file.",
        "请重新导出，只修改表格单元格，然后重放该文件。",
    ),
)
EXISTS = Reason(
    "RUN-EXISTS",
    what=Say("There is something in {folder} already.", "{folder} 中已有内容。"),
    why=Say(
        "datong never writes over what it did not make.",
        "datong 从不覆盖非自己生成的内容。",
    ),
    next=Say("Name another folder, or empty this one.", "请换一个文件夹，或先清空。"),
)
EXPLAIN = Reason(
    "RUN-CODE",
    what=Say("{code} is no code of datong's.", "{code} 不是 datong 的代码。"),
    why=Say(
        "A misspelling; or a code that a mapping file of this project made up"
        ' (`otherwise = "reject:..."`).',
        '拼写有误；或是本项目映射文件自定的代码（`otherwise = "reject:..."`）。',
    ),
    next=Say(
        "`datong explain` lists all codes; a mapping's own stands in that file.",
        "用 `datong explain` 列出全部代码；映射自定的代码见该映射文件。",
    ),
)
VIP = Reason(
    "RUN-VIP",
    what=Say(
        "vip.csv needs a column `person` with person keys.",
        "vip.csv 需要一列 `person`，内容为人员编号。",
    ),
    why=Say(
        "It lists the persons whom nobody may find by searching.",
        "该文件列出不得通过搜索找到的人员。",
    ),
    next=Say(
        "Write one key a line under the heading `person`.",
        "以 `person` 为表头，每行写一个编号。",
    ),
    example="person\n7\n",
)
NOTHING_SEEN = Reason(
    "RUN-NOTHING",
    what=Say("There is no file to look at in {folder}", "{folder} 中没有可查看的文件"),
    why=Say(
        "The folder is empty, or its name is misspelt.", "文件夹为空，或名称有误。"
    ),
    next=Say(
        "Name the folder that the hospital handed over: `datong scan FOLDER`.",
        "请指明医院交来的文件夹：`datong scan 文件夹`。",
    ),
)
BACKUP = Reason(
    "RUN-BACKUP",
    what=Say("The backup is not whole: {said}", "备份不完整：{said}"),
    why=Say(
        "It was cut off while it was copied, or something in it was changed.",
        "复制过程中被截断，或其中内容被改动。",
    ),
    next=Say(
        "Take an older backup; nothing was restored from this one.",
        "请改用更早的备份；此次未恢复任何内容。",
    ),
)
