"""What can go wrong with what the world has agreed on."""

from datong.core.reason import Reason
from datong.core.say import Say

UNKNOWN = Reason(
    "STANDARD-UNKNOWN",
    what=Say("Nothing here is called {name}.", "没有名为 {name} 的标准内容。"),
    why=Say(
        "The identifier has a typing error, or belongs to an edition or a code system"
        " that is not installed.",
        "标识符可能有误，或属于尚未安装的版本或代码系统。",
    ),
    next=Say(
        "Near it: {near}. `datong standards list` names what there is,"
        " `datong standards sources` what can be imported.",
        "相近的有：{near}。`datong standards list` 列出现有内容，"
        "`datong standards sources` 列出可导入的代码系统。",
    ),
    example="datong standards show DE02.01.039.00",
)
UNKNOWN_EDITION = Reason(
    "STANDARD-EDITION",
    what=Say(
        "{name} has no edition {edition}; there is: {have}.",
        "{name} 没有 {edition} 版；现有：{have}。",
    ),
    why=Say(
        "An edition is a part of every name here: `WS 363@2011`.",
        "这里的每个名称都带版本，例如 `WS 363@2011`。",
    ),
    next=Say(
        "Take one of these editions, or import the one you need:"
        " `datong standards sources`.",
        "请改用上述版本之一，或导入所需版本：`datong standards sources`。",
    ),
)
BAD_IDENTIFIER = Reason(
    "STANDARD-IDENTIFIER",
    what=Say("{text} is not an identifier of a standard.", "{text} 不是标准的标识符。"),
    why=Say(
        "Elements are DE02.01.039.00, value sets CV04.50.005 or W/RC001, data sets"
        " HDSD00.11, documents C0032.",
        "数据元形如 DE02.01.039.00，值域形如 CV04.50.005 或 W/RC001，"
        "数据集形如 HDSD00.11，共享文档形如 C0032。",
    ),
    next=Say(
        "Correct it; `datong standards list` names what there is.",
        "请更正；用 `datong standards list` 查看现有内容。",
    ),
)
BAD_FORMAT = Reason(
    "STANDARD-FORMAT",
    what=Say("{text} is not a representation format.", "{text} 不是合法的表示格式。"),
    why=Say(
        "A format is a class and a length (AN..50, N1, N3..5,1) or one of D8, T6, DT15,"
        " T/F, BY. Decimals belong to numbers only.",
        "格式由字符类与长度组成（AN..50、N1、N3..5,1），"
        "或为 D8、T6、DT15、T/F、BY 之一；小数只用于数值型。",
    ),
    next=Say("Correct it where it is written.", "请在原处更正。"),
    example="AN..50",
)
BROKEN_SOURCE = Reason(
    "STANDARD-SOURCE",
    what=Say("The text of a standard is broken: {said}", "标准文本有误：{said}"),
    why=Say(
        "Each code, identifier and name is checked when the texts are compiled.",
        "编译时会检查每个代码、标识符和名称。",
    ),
    next=Say(
        "Correct the line that is named, then run the command again.",
        "请更正所指的行，然后重新运行命令。",
    ),
)
TWO_CODES = Reason(
    "STANDARD-TWO-CODES",
    what=Say(
        "{set}: the codes {codes} have one meaning, {meaning}.",
        "{set}：代码 {codes} 含义相同（{meaning}）。",
    ),
    why=Say(
        "A meaning has one code in a list; two make data ambiguous.",
        "同一值域中一个含义只能有一个代码，否则数据会产生歧义。",
    ),
    next=Say(
        "Remove one of them, or give them meanings that differ.",
        "请删去其一，或为它们指定不同的含义。",
    ),
)
CYCLE = Reason(
    "STANDARD-CYCLE",
    what=Say(
        "The hierarchy of {set} has a circle: {path}.", "{set} 的层级出现循环：{path}。"
    ),
    why=Say(
        "A code is its own ancestor, so nothing can be summed along the tree.",
        "某个代码成了自己的上级，无法沿层级汇总。",
    ),
    next=Say("Correct the parent of one of these codes.", "请更正其中一个代码的上级。"),
)
UNKNOWN_PARENT = Reason(
    "STANDARD-PARENT",
    what=Say(
        "{count} code(s) name a parent that is not there, such as {example}.",
        "有 {count} 个代码的上级不存在，例如 {example}。",
    ),
    why=Say(
        "A part of the table is missing, or a column was shifted.",
        "表格不完整，或列发生了错位。",
    ),
    next=Say("Import the whole table.", "请导入完整的表。"),
)
MISSING_ELEMENT = Reason(
    "PROFILE-ELEMENT",
    what=Say(
        "The profile {profile} names {name}, which does not exist.",
        "规范 {profile} 引用了不存在的 {name}。",
    ),
    why=Say(
        "A rule or an item names a field, a value set or an element that is not in the"
        " profile or in the catalogue.",
        "某条规则或某个字段引用了规范或目录中没有的字段、值域或数据元。",
    ),
    next=Say(
        "Correct the name; near it are: {near}.", "请更正名称；相近的有：{near}。"
    ),
)
PUBLISHED = Reason(
    "STANDARD-PUBLISHED",
    what=Say(
        "The text of {name} was changed after it was published.",
        "{name} 发布后文本被改动。",
    ),
    why=Say(
        "A published edition never changes: data were checked against it.",
        "已发布的版本不可更改：已有数据依据它做过检查。",
    ),
    next=Say(
        "Put the text back, or write a new edition.", "请恢复原文，或另立新版本。"
    ),
)
NO_TABLE = Reason(
    "STANDARD-NO-TABLE",
    what=Say("The code system {name} is not installed.", "代码系统 {name} 尚未安装。"),
    why=Say(
        "Large code systems belong to their publishers; each hospital imports the file"
        " that it has obtained.",
        "大型代码系统归其发布机构所有，由各医院导入自行取得的文件。",
    ),
    next=Say(
        "datong standards import FILE --system {system}"
        " (`datong standards sources` says which file).",
        "datong standards import 文件 --system {system}"
        "（`datong standards sources` 说明需要哪个文件）。",
    ),
)
UNREADABLE = Reason(
    "IMPORT-UNREADABLE",
    what=Say("No importer understands {file}: {said}", "无法识别 {file}：{said}"),
    why=Say(
        "The layout is not one of those that are known.",
        "文件的版式不在已知之列。",
    ),
    next=Say(
        "Say the layout with --layout; known are: {known}.",
        "请用 --layout 指明版式；已知的有：{known}。",
    ),
)
LOSS = Reason(
    "IMPORT-LOSS",
    what=Say("{file} would lose rows: {said}", "导入 {file} 会丢失内容：{said}"),
    why=Say(
        "Nothing is dropped in silence: every row is kept, or named and refused.",
        "不会悄悄丢弃内容：每一行要么保留，要么点名拒绝。",
    ),
    next=Say(
        "Mend the file, or accept the loss that was named with --accept-loss.",
        "请修正文件，或用 --accept-loss 接受上述损失。",
    ),
)
CANNOT_COMPARE = Reason(
    "DIFF-KINDS",
    what=Say(
        "{a} and {b} cannot be compared: {said}.", "{a} 与 {b} 无法比较：{said}。"
    ),
    why=Say(
        "Two editions, two value sets, two profiles or two code tables are compared.",
        "只能比较两个版本、两个值域、两个规范或两张代码表。",
    ),
    next=Say("Name two things of one kind.", "请指定同一类的两个对象。"),
)
MERGED_CELLS = Reason(
    "SHEET-MERGED-CELLS",
    what=Say(
        "Sheet {sheet} has merged cells at {cell}.",
        "工作表 {sheet} 在 {cell} 有合并单元格。",
    ),
    why=Say(
        "A merged cell holds one value for many rows: the others read as empty.",
        "合并单元格只有一个值，其余行会读成空值。",
    ),
    next=Say(
        "Unmerge the cells and fill each row, or save the sheet as CSV.",
        "请取消合并并补全每一行，或另存为 CSV。",
    ),
)
HIDDEN_COLUMNS = Reason(
    "SHEET-HIDDEN-COLUMNS",
    what=Say(
        "Sheet {sheet} has a hidden column, {column}.",
        "工作表 {sheet} 有隐藏列 {column}。",
    ),
    why=Say(
        "A hidden column would be read though nobody sees it: old or private data.",
        "隐藏列看不见却会被读入，其中可能是旧数据或隐私数据。",
    ),
    next=Say(
        "Show the column or delete it, then save the file.",
        "请取消隐藏或删除该列，然后保存文件。",
    ),
)
NO_EXCEL = Reason(
    "SHEET-NO-READER",
    what=Say(
        "Excel files need the package python-calamine.",
        "读取 Excel 需要 python-calamine 包。",
    ),
    why=Say("It is not a part of the small installation.", "它不在最小安装之内。"),
    next=Say(
        "Run pip install 'datong[excel]'.", "请运行 pip install 'datong[excel]'。"
    ),
)
NO_SHEET = Reason(
    "SHEET-UNREADABLE",
    what=Say(
        "{file} cannot be read as a spreadsheet: {said}",
        "{file} 无法作为电子表格读取：{said}",
    ),
    why=Say(
        "The file is damaged, protected by a password, or has no sheet of that name.",
        "文件可能损坏、设有密码，或没有该名称的工作表。",
    ),
    next=Say(
        "Open it and save it again as xlsx or CSV.", "请打开后另存为 xlsx 或 CSV。"
    ),
)
NO_CROSSWALK = Reason(
    "STANDARD-NO-CROSSWALK",
    what=Say("No map from {a} to {b} is installed.", "尚未安装 {a} 到 {b} 的对照表。"),
    why=Say(
        "Equal codes of two editions may mean different things, so nothing is mapped"
        " without a published crosswalk.",
        "两个版本中相同的编码含义可能不同，因此没有正式对照表就不做映射。",
    ),
    next=Say(
        "Import one: `datong standards import FILE --system {a}~{b}`; two value sets"
        " (W/RC002 'GB/T 2261.2') need none.",
        "请导入：`datong standards import 文件 --system {a}~{b}`；"
        "两个值域之间（如 W/RC002 与 'GB/T 2261.2'）不需要对照表。",
    ),
    example="datong standards map icd10-beijing@7.0 icd10-cn-clinical@2.0",
)
SYSTEM_NAME = Reason(
    "IMPORT-NAME",
    what=Say(
        "{name} is no fitting name for this file ({kind}).",
        "{name} 不适合作为此文件（{kind}）的名称。",
    ),
    why=Say(
        "A code system is named NAME@EDITION, a crosswalk FROM@EDITION~TO@EDITION.",
        "代码系统写作 名称@版本，对照表写作 原名称@版本~新名称@版本。",
    ),
    next=Say(
        "Name it so: `--system icd10-cn-clinical@2.0`, or for a crosswalk"
        " `--system icd10-beijing@7.0~icd10-cn-clinical@2.0`.",
        "请这样命名：`--system icd10-cn-clinical@2.0`；对照表则写"
        " `--system icd10-beijing@7.0~icd10-cn-clinical@2.0`。",
    ),
)
NO_PROFILE = Reason(
    "PROFILE-WANTED",
    what=Say(
        "{name} is here, but it is no profile.", "{name} 存在，但不是规范（profile）。"
    ),
    why=Say(
        "Data are checked against a profile, and tables are made from one.",
        "检查数据、生成数据表都以规范为准。",
    ),
    next=Say(
        "Profiles are: {profiles}; or the path of your own .toml.",
        "现有规范：{profiles}；也可给出自己的 .toml 文件路径。",
    ),
)
