"""What can go wrong where records are joined to persons."""

from datong.core.reason import Reason
from datong.core.say import Say

FIELD_KIND = Reason(
    "LINK-KIND",
    what=Say("“{given}” is not a kind of field.", "“{given}”不是可用的字段种类。"),
    why=Say(
        "Each column that is compared needs a kind, because a name is compared"
        " otherwise than a date.",
        "参与比对的每一列都要说明种类：姓名与日期的比对方法不同。",
    ),
    next=Say(
        "Write --map FIELD=KIND with one of: {kinds}.",
        "请写 --map 字段=种类，种类可为：{kinds}。",
    ),
    example="datong link evaluate people.csv --truth person --map name='full name'",
)
FIELD_MISSING = Reason(
    "LINK-FIELD",
    what=Say("The table has no column “{field}”.", "表中没有“{field}”这一列。"),
    why=Say(
        "The name is written otherwise in the table.",
        "列名写法与表中的不一致。",
    ),
    next=Say("Use one of its columns: {columns}.", "请使用表中已有的列：{columns}。"),
    example="datong link evaluate people.csv --truth persn --map name='full name'",
)
ROW_MISSING = Reason(
    "LINK-ROW",
    what=Say(
        "The table has no row {row}; it has {rows}.",
        "表中没有第 {row} 行，共 {rows} 行。",
    ),
    why=Say(
        "Rows are numbered from 1, the header left out.",
        "行从 1 起编号，表头不计。",
    ),
    next=Say("Name rows from 1 to {rows}.", "请给出 1 到 {rows} 之间的行号。"),
    example="datong link why people.csv 1 999999 --map name='full name'",
)
UNREADABLE = Reason(
    "LINK-TABLE",
    what=Say("The table cannot be read: {said}", "无法读取该表：{said}"),
    why=Say(
        "It is neither CSV with a header in UTF-8 nor Parquet, or it is damaged.",
        "它既不是带表头的 UTF-8 CSV，也不是 Parquet，或文件已损坏。",
    ),
    next=Say(
        "Save it as CSV (UTF-8, with a header) or Parquet and try again.",
        "请另存为 CSV（UTF-8，带表头）或 Parquet 后重试。",
    ),
    example="datong link evaluate people.xls --truth person --map name='full name'",
)
