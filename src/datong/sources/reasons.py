"""Why a file, or a line of one, cannot be read."""

from datong.core.reason import Reason
from datong.core.say import Say

BYTES = Reason(
    "SOURCE-BYTES",
    what=Say(
        "A line holds bytes that its encoding cannot explain, or a zero byte.",
        "该行含有编码无法解释的字节，或含有空字节。",
    ),
    why=Say(
        "The file was cut, joined from files of two encodings, or damaged on its way.",
        "文件被截断，或由两种编码的文件拼接而成，或在传输中损坏。",
    ),
    next=Say(
        "Correct the line (bytes that nothing explains are shown as ﷐XX) with"
        " `datong rejects --export`, then `datong replay`; or state the encoding in"
        " [files] of the mapping.",
        "用 `datong rejects --export` 导出并更正该行（无法解释的字节显示为 ﷐XX），"
        "再执行 `datong replay`；或在映射文件的 [files] 中写明编码。",
    ),
    example="a GB18030 line in a UTF-8 file",
)
RAGGED = Reason(
    "SOURCE-RAGGED",
    what=Say(
        "A line has more or fewer cells than the header.",
        "该行的单元格数与表头不符。",
    ),
    why=Say(
        "A delimiter or a line break inside a text that was not quoted.",
        "文本中含有分隔符或换行，而导出时没有加引号。",
    ),
    next=Say(
        "Export again with quotes, or correct the line: `datong rejects --export`,"
        " then `datong replay`.",
        "请带引号重新导出，或更正该行：`datong rejects --export`，再 `datong replay`。",
    ),
    example="1001,张三,男   (under a header of four names)",
)
QUOTE = Reason(
    "SOURCE-QUOTE",
    what=Say("A quote is opened and never closed.", "引号打开后没有关闭。"),
    why=Say(
        "A stray quote in a text, or a file that was cut.",
        "文本中有多余的引号，或文件被截断。",
    ),
    next=Say(
        "Correct the line: `datong rejects --export`, then `datong replay`.",
        "更正该行：`datong rejects --export`，再 `datong replay`。",
    ),
    example='1001,"张三,男,1',
)
LONG = Reason(
    "SOURCE-LONG",
    what=Say(
        "A line is longer than 16 megabytes.",
        "该行超过 16 MB。",
    ),
    why=Say(
        "The file is not delimited text, or its line breaks were lost.",
        "文件不是分隔文本，或换行符丢失。",
    ),
    next=Say(
        "Look at the file at the byte given; ask its owner for a new export.",
        "请按所给字节位置查看文件，并请提供方重新导出。",
    ),
)
HEADER = Reason(
    "SOURCE-HEADER",
    what=Say(
        "The header is missing, or names a column twice: {column}",
        "缺少表头，或列名重复：{column}",
    ),
    why=Say(
        "The file is empty where a header is expected, or two columns have one name.",
        "应有表头处为空，或两列同名。",
    ),
    next=Say(
        "State `columns = [...]` and `header = 0` in [files] of the mapping, or ask"
        " for an export with a header.",
        "在映射文件的 [files] 中写明 `columns = [...]` 与 `header = 0`，"
        "或请提供方带表头导出。",
    ),
)
CHANGED = Reason(
    "SOURCE-CHANGED",
    what=Say(
        "The file changed or vanished while it was read: {file}",
        "文件在读取过程中被改动或消失：{file}",
    ),
    why=Say(
        "It is still being copied, or another program writes to it.",
        "文件仍在拷贝，或有其他程序正在写入。",
    ),
    next=Say(
        "Wait until the delivery is complete, then run again: nothing was published.",
        "请等待交付完成后再次运行：尚未发布任何内容。",
    ),
)
JSON = Reason(
    "SOURCE-JSON",
    what=Say("The text is not JSON.", "该文本不是有效的 JSON。"),
    why=Say(
        "The file was cut, or holds several lines for one resource.",
        "文件被截断，或一个资源占了多行。",
    ),
    next=Say(
        "Ask for bulk NDJSON (one resource a line), or for whole bundles.",
        "请提供方导出 NDJSON（一行一个资源）或完整的 Bundle。",
    ),
    example='{"resourceType": "Patient", "id": "1"',
)
RESOURCE = Reason(
    "SOURCE-RESOURCE",
    what=Say(
        "The JSON is not a FHIR resource: it has no resourceType.",
        "该 JSON 不是 FHIR 资源：缺少 resourceType。",
    ),
    why=Say("Another kind of JSON lies in the folder.", "文件夹中混入了其他 JSON。"),
    next=Say(
        "Move it out of the folder, or narrow `glob` in the mapping.",
        "请移出该文件，或收窄映射文件中的 `glob`。",
    ),
    example='{"id": "1"}',
)
