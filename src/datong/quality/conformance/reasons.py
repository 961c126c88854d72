"""What can go wrong where data are held against a standard."""

from datong.core.reason import Reason
from datong.core.say import Say

UNREADABLE_DATA = Reason(
    "CONFORM-UNREADABLE",
    what=Say(
        "{file} cannot be read as a table: {said}", "{file} 无法作为表格读取：{said}"
    ),
    why=Say(
        "A table is a CSV, Excel or Parquet file, or DATABASE-URL::TABLE.",
        "表格可以是 CSV、Excel、Parquet 文件，或 数据库地址::表名。",
    ),
    next=Say("Check the name and the format of the file.", "请检查文件名与文件格式。"),
    example="datong conform --profile frontpage-western-2019 frontpage.csv",
)
NO_COLUMNS = Reason(
    "CONFORM-NO-COLUMNS",
    what=Say(
        "No column of {file} is a field of {profile}.",
        "{file} 中没有任何列属于 {profile}。",
    ),
    why=Say(
        "Columns are found by a field's identifier (A12C) or Chinese name (性别).",
        "列按字段标识（A12C）或中文名（性别）识别。",
    ),
    next=Say(
        "Name the columns with --map FILE (column,field), or choose another profile.",
        "用 --map 文件（列名,字段）指定对应关系，或换一个规范。",
    ),
)
BAD_CODEBOOK = Reason(
    "CONFORM-CODEBOOK",
    what=Say("{file} is not a code book: {said}", "{file} 不是码表：{said}"),
    why=Say(
        "A code book has the columns field, code and label, one line a code.",
        "码表应有 field、code、label 三列，每个代码一行。",
    ),
    next=Say(
        "Export the hospital's dictionary with these three columns.",
        "请按这三列导出院内字典。",
    ),
    example="field,code,label\nA21C,3,离婚",
)
NO_HOSPITALS = Reason(
    "CONFORM-HOSPITALS",
    what=Say(
        "{field} does not tell the hospitals apart ({count} values; 1 to {most} are"
        " taken).",
        "{field} 不能用于区分医院（{count} 个取值，允许 1 到 {most} 个）。",
    ),
    why=Say(
        "The column is not in the data, or it is a number of a patient or a record.",
        "数据中没有该列，或该列是患者号、记录号。",
    ),
    next=Say(
        "Name the field or the column of the organization: `--by A01`.",
        "请指明机构字段或列名：`--by A01`。",
    ),
    example="datong conform frontpage.csv --profile frontpage-western-2019 --by A01",
)
NOT_IN_PROJECT = Reason(
    "CONFORM-PROJECT",
    what=Say(
        "No table of {project} has three fields of {profile}.",
        "{project} 中没有任何表含有 {profile} 的三个字段。",
    ),
    why=Say(
        "Columns are found by the field (A12C) or its Chinese name (性别); other names"
        " need a map.",
        "按字段标识（A12C）或中文名（性别）识别列；其他列名需要对照。",
    ),
    next=Say(
        "Write `column,field` lines and add `--map FILE`, or name one of the tables"
        " with `--table`: {tables}.",
        "请写一个含 `column,field` 的文件并加上 `--map 文件`，"
        "或用 `--table` 指定表：{tables}。",
    ),
    example="datong check --profile frontpage-western-2019 . --map fields.csv",
)
