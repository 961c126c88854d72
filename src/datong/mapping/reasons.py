"""What can be wrong with a mapping file, or with a row under it."""

from datong.core.reason import Reason
from datong.core.say import Say

FILE = Reason(
    "MAP-FILE",
    what=Say("The mapping file cannot be read: {said}", "映射文件无法读取：{said}"),
    why=Say("It is not TOML, or not UTF-8.", "它不是 TOML，或不是 UTF-8 编码。"),
    next=Say(
        "Look at the line named; Chinese keys stand in double quotes.",
        "请查看所指的行；中文键名要加双引号。",
    ),
    example='结果 = "x"   (right: "结果" = "x")',
)
WORD = Reason(
    "MAP-WORD",
    what=Say(
        "The mapping file has a word that means nothing here: {word}",
        "映射文件中有无意义的词：{word}",
    ),
    why=Say(
        "A misspelling, or a word in another table's place.", "拼写错误或放错位置。"
    ),
    next=Say(
        "Known words here: {known}. docs/reference/mapping.md shows each.",
        "此处可用的词：{known}。详见 docs/reference/mapping.md。",
    ),
    example="[record.sett]",
)
MISSING = Reason(
    "MAP-MISSING",
    what=Say("The mapping file does not say {word}.", "映射文件缺少 {word}。"),
    why=Say(
        "Every mapping names its edition, its table, its files, the grain of a row, the"
        " person, and each key field of the records it makes.",
        "每个映射都要写明版本、表名、文件、行的粒度、患者，以及所生成记录的各个键字段。",
    ),
    next=Say(
        "Add it; docs/reference/mapping.md has a whole example.",
        "请补上；完整示例见 docs/reference/mapping.md。",
    ),
)
COLUMN = Reason(
    "MAP-COLUMN",
    what=Say(
        "The mapping names a column that the table does not have: {column}",
        "映射引用了表中不存在的列：{column}",
    ),
    why=Say(
        "The column was renamed or left out of this delivery, or the name is misspelt.",
        "该列在本次交付中被改名或遗漏，或列名拼写有误。",
    ),
    next=Say(
        "The table has: {has}. Nearest: {nearest}. Correct the mapping, or ask the"
        " owner for the column.",
        "表中的列：{has}。最接近的：{nearest}。请更正映射，或请提供方补上该列。",
    ),
)
JOIN = Reason(
    "MAP-JOIN",
    what=Say(
        "[join] cannot take {word} from the table {table}.",
        "[join] 无法从表 {table} 取得 {word}。",
    ),
    why=Say(
        "No mapping of this organization reads that table, one of the two is JSON, or"
        " the table itself has a column of that name.",
        "本机构没有映射读取该表，两表之一为 JSON，或本表已有同名列。",
    ),
    next=Say(
        "Name a table as its mapping's `reads` does, or give the column another name:"
        ' columns = {{ name = "column" }}.',
        '请按其映射的 `reads` 书写表名，或另取列名：columns = {{ 名称 = "列" }}。',
    ),
)
HEADS = Reason(
    "MAP-HEADS",
    what=Say(
        "{table} has {keys} keys that stand with different cells.",
        "{table} 有 {keys} 个键对应内容不同的多行。",
    ),
    why=Say(
        "The key does not tell its rows apart, or its [load] has no order.",
        "该键不足以区分各行，或其 [load] 未写明次序。",
    ),
    next=Say(
        "The first row was taken (with an order: the latest). Name more columns in"
        " `on`, or state `order` in the head's [load].",
        "已取首行（有次序时取最新）。请在 `on` 中补充列，或在头表的 [load] 中写明"
        " `order`。",
    ),
)
UNUSED = Reason(
    "MAP-UNUSED",
    what=Say(
        "A column is neither mapped nor ignored: {column}",
        "有列既未映射也未声明忽略：{column}",
    ),
    why=Say(
        "The column is new in this delivery, or nobody has decided about it yet.",
        "该列是本次交付新增的，或尚无人决定如何处理。",
    ),
    next=Say(
        "Map it, or name it in [ignored] with the reason. It is kept as raw until"
        " then.",
        "请映射它，或在 [ignored] 中写明忽略原因。在此之前原样保留。",
    ),
)
EXAMPLE = Reason(
    "MAP-TEST",
    what=Say(
        "A test of the mapping fails: {field} is {got}, expected {expected}",
        "映射的测试未通过：{field} 为 {got}，应为 {expected}",
    ),
    why=Say(
        "The expression, the value map or the test itself is wrong.",
        "表达式、值映射表或测试本身有误。",
    ),
    next=Say("Mend the one that is wrong.", "请更正有误的一处。"),
)
TOO_MANY = Reason(
    "MAP-EXPECT",
    what=Say(
        "{percent} % of the rows have {code}, at most {most} % were expected.",
        "{percent}% 的行出现 {code}，预期不超过 {most}%。",
    ),
    why=Say(
        "The delivery changed its format, or the mapping does not fit it.",
        "交付格式有变，或映射与之不符。",
    ),
    next=Say(
        "`datong rejects --code {code}` shows them. Mend the mapping, or raise [expect]"
        " if this is right.",
        "用 `datong rejects --code {code}` 查看。请更正映射；若属正常则提高 [expect]。",
    ),
)
UNMAPPED = Reason(
    "MAP-UNMAPPED",
    what=Say(
        "{percent} % of the coded cells are in no value map, at most {most} % were"
        " expected.",
        "{percent}% 的代码单元格不在值映射表中，预期不超过 {most}%。",
    ),
    why=Say(
        "The hospital changed its codes, or the value maps are not finished.",
        "医院更换了代码，或值映射表尚未完成。",
    ),
    next=Say(
        "`datong scan` lists the codes of each column. Add them to the value maps"
        " (values/*.csv), or raise `unmapped` in [expect] if this is right.",
        "用 `datong scan` 查看各列的代码，补入值映射表（values/*.csv）；"
        "若属正常则提高 [expect] 中的 `unmapped`。",
    ),
    example="percent = { unmapped = 5 }",
)
TIME = Reason(
    "MAP-TIME",
    what=Say("A date or time cannot be read.", "日期或时间无法识别。"),
    why=Say(
        "Another format than the mapping states, or a day that does not exist.",
        "格式与映射所写不符，或日期不存在。",
    ),
    next=Say(
        "Add the format to time_of(...) in the mapping, or mend the cell.",
        "在映射的 time_of(...) 中补充该格式，或更正该单元格。",
    ),
    example="2017-02-30",
)
NUMBER = Reason(
    "MAP-NUMBER",
    what=Say("A number cannot be read.", "数字无法识别。"),
    why=Say(
        "Words or units in a cell of numbers, or two numbers in one cell.",
        "数字单元格中含有文字或单位，或一格两数。",
    ),
    next=Say(
        "Split the cell in the mapping, or mend it.", "在映射中拆分，或更正该单元格。"
    ),
    example="12;15",
)
VALUE = Reason(
    "MAP-VALUE",
    what=Say(
        "A value is not in its value map, and the mapping refuses others.",
        "该值不在值映射表中，而映射不接受其他值。",
    ),
    why=Say(
        "A new code of the hospital, or a misspelling.", "医院的新代码，或拼写错误。"
    ),
    next=Say(
        "Add a line to the value map named in the mapping, then run again.",
        "在映射所指的值映射表中补一行，再次运行。",
    ),
    example="待定",
)
PERSON = Reason(
    "MAP-PERSON",
    what=Say("The row names no patient.", "该行没有患者标识。"),
    why=Say(
        "The cell of the patient's number is empty or holds a placeholder.",
        "患者编号为空，或填了占位符。",
    ),
    next=Say("Ask the owner, or mend the row.", "请联系提供方，或更正该行。"),
)
KEY = Reason(
    "MAP-KEY",
    what=Say("A key field of the record is empty.", "记录的键字段为空。"),
    why=Say(
        "The cell that tells two records apart is empty, so one would hide the other.",
        "用于区分记录的单元格为空，会造成记录相互覆盖。",
    ),
    next=Say(
        "Mend the row, or give the field a value in the mapping that is never empty.",
        "请更正该行，或在映射中给该字段一个不会为空的值。",
    ),
)
GRAIN = Reason(
    "MAP-GRAIN",
    what=Say(
        "Another row has the same key and other contents, and nothing says which wins.",
        "另一行的键相同而内容不同，且没有规则说明以哪行为准。",
    ),
    why=Say(
        "A corrected row was delivered again, or the grain is not what it seems.",
        "更正后的行被重复交付，或粒度判断有误。",
    ),
    next=Say(
        "State `order` in [load] (the column that tells the later version), or correct"
        " `grain`.",
        "在 [load] 中写明 `order`（指明哪一行较新的列），或更正 `grain`。",
    ),
)
UNNAMED = Reason(
    "MAP-UNNAMED",
    what=Say(
        "The row gives no record, and no rule of [silent] says why.",
        "该行没有生成任何记录，[silent] 中也没有规则说明原因。",
    ),
    why=Say(
        "Every `when` of the mapping is false for it.",
        "映射中的每个 `when` 条件对它都不成立。",
    ),
    next=Say(
        "Widen a `when`, or name the case in [silent].",
        "请放宽 `when`，或在 [silent] 中命名这种情况。",
    ),
)
STRUCTURE = Reason(
    "MAP-JSON",
    what=Say("The resource is not whole JSON of its type.", "该资源不是完整的 JSON。"),
    why=Say("The line was cut.", "该行被截断。"),
    next=Say("Ask for the file again.", "请提供方重新导出该文件。"),
)
SLOTS = Reason(
    "MAP-SLOTS",
    what=Say(
        "The row would give more than 4,096 records.",
        "该行将生成超过 4096 条记录。",
    ),
    why=Say("A list in it is longer than any list should be.", "其中的列表过长。"),
    next=Say("Split the resource at its source.", "请在来源处拆分该资源。"),
)
UNDATED = Reason(
    "MAP-UNDATED",
    what=Say(
        "The name of a snapshot does not say when it was taken: {file}",
        "快照文件名中没有日期：{file}",
    ),
    why=Say(
        "Of two snapshots the later one holds; the day of receipt does not tell it.",
        "两份快照以较新者为准，而收到的日期不能说明哪份较新。",
    ),
    next=Say(
        "Put the date into the name of the file or its folder (`patients_20240301.csv`,"
        " `2024-03-01/patients.csv`), or say in [load] `delivered` how to find it.",
        "请在文件名或文件夹名中写明日期（`patients_20240301.csv`、"
        "`2024-03-01/patients.csv`），或在 [load] 的 `delivered` 中说明如何取得。",
    ),
    example="patients_new.csv",
)
