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
