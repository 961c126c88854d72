"""What can go wrong where words become concepts."""

from datong.core.reason import Reason
from datong.core.say import Say

NO_TABLE = Reason(
    "TERMS-TABLE",
    what=Say(
        "This code table cannot be read: {said}",
        "无法读取该编码表：{said}",
    ),
    why=Say(
        "A code table is CSV, TSV or JSON lines with the columns `code` and `name`, and"
        " `synonyms` (separated by |) if there are any.",
        "编码表应为 CSV、TSV 或 JSON 行文件，含 `code`、`name` 两列，"
        "可另有 `synonyms` 列（以 | 分隔）。",
    ),
    next=Say(
        "Name the columns so, save the file as UTF-8, and run the command again.",
        "请按此命名各列，以 UTF-8 保存后重新运行。",
    ),
    example="code,name,synonyms\nI10.x00,高血压,高血压病|HTN",
)
NO_EXAMPLES = Reason(
    "TERMS-EXAMPLES",
    what=Say(
        "These reviewed terms cannot be read: {said}",
        "无法读取这些已审核的术语：{said}",
    ),
    why=Say(
        "Reviewed terms are JSON lines, or CSV with headings, each with `text` and"
        " `gold`: the names or codes that the text means (in CSV, | between them).",
        "已审核术语应为 JSON 行文件，或带表头的 CSV，每行含 `text` 和 `gold`"
        "（对应的名称或编码；CSV 中多个以 | 分隔）。",
    ),
    next=Say(
        "Mend the line that is named, then run the command again.",
        "请改正所指的那一行，然后重新运行。",
    ),
    example='{"text": "右肺上叶Ca", "gold": ["C34.101"]}',
)
TOO_FEW = Reason(
    "TERMS-FEW",
    what=Say(
        "{number} reviewed terms are too few to train on: at least {least} are needed.",
        "已审核术语只有 {number} 条，不足以训练：至少需要 {least} 条。",
    ),
    why=Say(
        "The model is measured on a part of the reviewed terms that it has not seen;"
        " with fewer terms that measure means nothing.",
        "模型要在未见过的一部分已审核术语上评测；数量太少时评测没有意义。",
    ),
    next=Say(
        "Accept more terms (`datong terms queue`, `datong terms accept`) or import a"
        " crosswalk (`datong terms import`); until then the untrained model is used.",
        "请审核更多术语（`datong terms queue`、`datong terms accept`），或导入对照表"
        "（`datong terms import`）；在此之前使用未训练的模型。",
    ),
)
FOREIGN = Reason(
    "TERMS-FOREIGN",
    what=Say(
        "None of the {number:,} answers of the reviewed terms is in the code table:"
        " {some}.",
        "已审核术语的 {number:,} 个答案都不在编码表中：{some}。",
    ),
    why=Say(
        "They are of another code system (OMOP concept numbers beside an ICD table), or"
        " of another edition.",
        "这些答案属于另一编码体系（如 OMOP 概念编号而编码表为 ICD），或另一版本。",
    ),
    next=Say(
        "Name the code table that these answers come from.",
        "请指明这些答案所属的编码表。",
    ),
)
NO_MODEL = Reason(
    "TERMS-MODEL",
    what=Say(
        "There is no usable model here: {said}",
        "此处没有可用的模型：{said}",
    ),
    why=Say(
        "The folder does not exist, is not a model's folder, or was written by another"
        " version of datong.",
        "该目录不存在、不是模型目录，或由其他版本的 datong 写成。",
    ),
    next=Say(
        "Train one: `datong terms train FOLDER CODETABLE REVIEWED`.",
        "请训练一个模型：`datong terms train 目录 编码表 已审核术语`。",
    ),
)
UNKNOWN_CODE = Reason(
    "TERMS-CODE",
    what=Say(
        "The code table has no code or name {code}.",
        "编码表中没有编码或名称 {code}。",
    ),
    why=Say(
        "It is mistyped, or belongs to another edition or another code system.",
        "可能输入有误，或属于另一版本、另一编码体系。",
    ),
    next=Say(
        "Look for it with `datong terms normalize FOLDER TEXT`.",
        "请用 `datong terms normalize 目录 文本` 查找。",
    ),
)
NO_LAYOUT = Reason(
    "TERMS-LAYOUT",
    what=Say(
        "This file of mappings cannot be read as {layout}: {said}",
        "无法按 {layout} 格式读取该映射文件：{said}",
    ),
    why=Say(
        "It has another layout, or a column that the layout requires is missing.",
        "文件格式不同，或缺少该格式必需的列。",
    ),
    next=Say(
        "Say which layout it has with --layout: {layouts}.",
        "请用 --layout 指明格式：{layouts}。",
    ),
)
WRONG_NAME = Reason(
    "TERMS-NAME",
    what=Say(
        "Code {code} means {name}, but the text says {text}.",
        "编码 {code} 的名称是“{name}”，但文本写的是“{text}”。",
    ),
    why=Say(
        "A right code with a wrong name: the list was sorted in one column only, or the"
        " code is of another edition.",
        "编码正确而名称不符：可能清单只排序了一列，或编码属于另一版本。",
    ),
    next=Say(
        "Decide which of the two is meant; `datong terms check` lists them all.",
        "请确认以哪一个为准；`datong terms check` 会列出全部不符项。",
    ),
)
NO_EXCEL = Reason(
    "TERMS-EXCEL",
    what=Say(
        "Excel files cannot be read or written here.", "此处无法读写 Excel 文件。"
    ),
    why=Say("The extra for Excel is not installed.", "未安装 Excel 组件。"),
    next=Say(
        'Install it, pip install "datong[excel]", or use another --layout.',
        '请安装：pip install "datong[excel]"，或改用其他 --layout。',
    ),
)
NO_SYSTEM = Reason(
    "TERMS-SYSTEM",
    what=Say(
        "No code table or model for {system} is known here.",
        "此处没有 {system} 的编码表或模型。",
    ),
    why=Say(
        "datong looks at [[terms]] of datong.toml in this folder, and at the folder"
        " that DATONG_TERMS names: tables SYSTEM.csv or SYSTEM@EDITION.csv, and folders"
        " of models.",
        "datong 会查看本目录 datong.toml 的 [[terms]]，以及 DATONG_TERMS 所指目录："
        "编码表 SYSTEM.csv 或 SYSTEM@EDITION.csv，及模型目录。",
    ),
    next=Say(
        "Name it in datong.toml, or call normalize(..., source=Path(...)). Known:"
        " {known}",
        "请在 datong.toml 中写明，或调用 normalize(..., source=Path(...))。"
        "已知：{known}",
    ),
)
