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
FIELD_TWICE = Reason(
    "LINK-TWICE",
    what=Say(
        "The column “{field}” stands twice, in the table or in what was asked.",
        "“{field}”列在表中或在所写的参数中出现了两次。",
    ),
    why=Say(
        "It would not be clear which of the two is meant; the column with the true"
        " person may not be compared either.",
        "无法判断指的是哪一个；真实人员所在的列也不可参与比对。",
    ),
    next=Say(
        "Name every column once, and leave the true person out of --map.",
        "每一列只写一次，--map 中不要写真实人员列。",
    ),
    example="datong link evaluate people.csv --truth person --map person='free token'",
)
BAD_RULES = Reason(
    "LINK-RULES",
    what=Say(
        "The rules of the golden record cannot be read: {said}",
        "黄金记录规则无法读取：{said}",
    ),
    why=Say(
        "golden.toml gives each field a list of rules in the order of their use.",
        "golden.toml 为每个字段按先后列出规则。",
    ),
    next=Say(
        'Write lines as: name = ["verified", "most", "newest"].',
        '请按此形式书写：name = ["verified", "most", "newest"]。',
    ),
    example="golden.toml with the line: name = 1",
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
NO_PERSON = Reason(
    "LINK-PERSON",
    what=Say("There is no living person {person}.", "没有在用的人员编号 {person}。"),
    why=Say(
        "The key was never given, was merged into another, or was erased.",
        "该编号从未分配、已并入他人，或已删除。",
    ),
    next=Say(
        "Look up where the key leads and use the key that lives ({person} does not).",
        "请查出该编号（{person}）指向的在用编号再试。",
    ),
    example="log.merge(kept=1, gone=1, by='ann', at='2026-01-01')",
)
NO_MERGE = Reason(
    "LINK-MERGE",
    what=Say(
        "Event {number} is no merge that stands.", "事件 {number} 不是仍有效的合并。"
    ),
    why=Say(
        "It was taken back before, or its person was erased.",
        "它已被撤销，或相关人员已删除。",
    ),
    next=Say(
        "Read the history of the person; event {number} needs nothing more.",
        "请查看该人员的历史；事件 {number} 无需再处理。",
    ),
    example="log.unmerge(merge=99, by='ann', at='2026-01-01')",
)
CONTRADICTION = Reason(
    "LINK-CONTRADICTION",
    what=Say(
        "{kept} and {gone} cannot be one person and two.",
        "{kept} 与 {gone} 不能既是同一人又是两人。",
    ),
    why=Say(
        "Decisions that stand say that they are one, through others, and also not.",
        "仍有效的决定既（经由他人）认定为同一人，又认定不是。",
    ),
    next=Say(
        "Lift the older decision on {kept} or {gone}, then decide again.",
        "请先撤销关于 {kept} 或 {gone} 的旧决定，再重新决定。",
    ),
    example="A = B, B = C, then A ≠ C",
)
BROKEN_LOG = Reason(
    "LINK-LOG",
    what=Say("The log of persons was changed.", "人员日志被改动过。"),
    why=Say(
        "Each event carries the hash of the one before, and here it does not fit.",
        "每条事件都带有前一条的哈希，此处不符。",
    ),
    next=Say(
        "Restore the file from the backup; the events before this line are good.",
        "请从备份恢复该文件；此行之前的事件完好。",
    ),
)
WEAK_QUERY = Reason(
    "LINK-WEAK",
    what=Say("The question tells too little.", "查询信息过少。"),
    why=Say(
        "A name or a birth date alone fits many people; answering would be a trawl.",
        "仅凭姓名或出生日期会匹配许多人，作答等于撒网式查询。",
    ),
    next=Say("Give at least two of: {fields}.", "请至少提供其中两项：{fields}。"),
    example='{"resourceType": "Patient", "name": [{"text": "张伟"}]}',
)
TOO_WIDE = Reason(
    "LINK-WIDE",
    what=Say(
        "{count} columns are too many to be compared at once.",
        "一次比对 {count} 列，列数过多。",
    ),
    why=Say(
        "The combinations of their levels no longer fit into 64 bits.",
        "各列取值等级的组合已超出 64 位。",
    ),
    next=Say(
        "Map the columns that tell most about a person; of {count}, 15 are plenty.",
        "请只映射最能识别人员的列；{count} 列中取 15 列已足够。",
    ),
    example="datong link evaluate people.csv --truth person --map a='free token' …",
)
NO_PATIENT = Reason(
    "LINK-PATIENT",
    what=Say("This is no FHIR Patient.", "这不是 FHIR Patient 资源。"),
    why=Say(
        "The question must be one resource of type Patient, in JSON.",
        "提问内容应为一个 Patient 类型的 JSON 资源。",
    ),
    next=Say(
        'Write {{"resourceType": "Patient", …}} with two fields or more.',
        '请写 {{"resourceType": "Patient", …}}，并至少给出两项。',
    ),
    example="echo '[]' | datong link match -",
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
