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
GZIP = Reason(
    "SOURCE-GZIP",
    what=Say("The file is not a whole gzip: {file}", "不是完整的 gzip 文件：{file}"),
    why=Say("It was cut, or only named .gz.", "文件被截断，或只是名字以 .gz 结尾。"),
    next=Say("Ask its owner to send it again.", "请提供方重新发送。"),
)
EXTRA = Reason(
    "SOURCE-EXTRA",
    what=Say(
        "Reading this needs a package that is not installed: {package}",
        "读取此文件需要尚未安装的软件包：{package}",
    ),
    why=Say(
        "Doors that few need are extras, so that the base stays small.",
        "少数人才用到的格式作为可选组件，基础安装因此保持精简。",
    ),
    next=Say("pip install 'datong[{extra}]'", "请安装：pip install 'datong[{extra}]'"),
)
DIGITS = Reason(
    "SOURCE-DIGITS",
    what=Say(
        "A number of more than 15 digits was stored as a number and lost its last"
        " digits.",
        "超过 15 位的号码被存成数值，末尾几位已经丢失。",
    ),
    why=Say(
        "A spreadsheet keeps 15 digits; an identity number typed into a number cell is"
        " beyond repair.",
        "电子表格只保留 15 位有效数字；身份证号存入数值单元格后无法还原。",
    ),
    next=Say(
        "Ask for the column as text, exported from the system and not from the"
        " spreadsheet; then deliver the file again.",
        "请提供方把该列设为文本，直接从系统（而非电子表格）重新导出后再交付。",
    ),
    example="4.40106E+17",
)
SHEET = Reason(
    "SOURCE-SHEET",
    what=Say(
        "The workbook has no sheet {sheet}; it has: {has}",
        "工作簿中没有工作表 {sheet}；现有：{has}",
    ),
    why=Say("The sheet was renamed or left out.", "工作表被改名或遗漏。"),
    next=Say(
        "Correct `part` in [files] of the mapping, or ask for the sheet.",
        "请更正映射 [files] 中的 `part`，或请提供方补上该工作表。",
    ),
)
WORKBOOK = Reason(
    "SOURCE-WORKBOOK",
    what=Say("The workbook cannot be opened: {said}", "工作簿无法打开：{said}"),
    why=Say(
        "It was cut off on the way or is damaged, or it unpacks to more than two"
        " gigabytes.",
        "文件在传输中被截断或已损坏，或解压后超过 2 GB。",
    ),
    next=Say(
        "Copy it anew; if Excel cannot open it either, ask for another export, best as"
        " CSV.",
        "请重新拷贝；若 Excel 也打不开，请重新导出，最好导出为 CSV。",
    ),
)
LOCKED = Reason(
    "SOURCE-LOCKED",
    what=Say("The workbook has a password: {file}", "工作簿有密码：{file}"),
    why=Say(
        "Its contents are encrypted; datong keeps no passwords.",
        "内容已加密；datong 不保存密码。",
    ),
    next=Say(
        "Open it in Excel with the password and save it without one (File, Info,"
        " Protect Workbook), or export CSV.",
        "请在 Excel 中用密码打开，去掉密码后另存（文件→信息→保护工作簿），或导出 CSV。",
    ),
)
DISGUISED = Reason(
    "SOURCE-DISGUISED",
    what=Say(
        "This is no workbook, though it is named like one: {file} is {form}.",
        "此文件名为工作簿而实际不是：{file} 为 {form}。",
    ),
    why=Say(
        "Many systems write HTML, XML or text and call it .xls.",
        "许多系统导出 HTML、XML 或文本，却命名为 .xls。",
    ),
    next=Say(
        "Text: rename it to .csv. HTML or XML: open it in Excel and save it as .xlsx.",
        "文本：改名为 .csv。HTML 或 XML：用 Excel 打开后另存为 .xlsx。",
    ),
)
CLOSED = Reason(
    "SOURCE-CLOSED",
    what=Say(
        "This is a closed binary dump: {file}", "这是封闭格式的二进制备份：{file}"
    ),
    why=Say(
        "Oracle `expdp` and database backups can be read by their own server only.",
        "Oracle `expdp` 及数据库备份只能由其自身的服务器读取。",
    ),
    next=Say(
        "Restore it there and export INSERT statements or CSV; or connect:"
        " `datong pull URL`.",
        "请在原数据库中恢复后导出 INSERT 语句或 CSV；或直接连接：`datong pull URL`。",
    ),
)
TUPLE = Reason(
    "SOURCE-INSERT",
    what=Say(
        "An INSERT statement cannot be read: its values do not fit its columns, or a"
        " quote is not closed.",
        "INSERT 语句无法读取：值与列数不符，或引号未关闭。",
    ),
    why=Say(
        "The dump was cut, or holds an expression instead of values.",
        "备份被截断，或语句中是表达式而不是值。",
    ),
    next=Say(
        "Correct the statement: `datong rejects --export`, then `datong replay`.",
        "更正该语句：`datong rejects --export`，再 `datong replay`。",
    ),
    example="INSERT INTO t (a, b) VALUES (1);",
)
NO_TABLE = Reason(
    "SOURCE-TABLE",
    what=Say(
        "There is no table {table}; there is: {has}", "没有表 {table}；现有：{has}"
    ),
    why=Say("It was renamed, or left out.", "表被改名或遗漏。"),
    next=Say(
        "Correct `part` in [files] of the mapping, or ask for the table.",
        "请更正映射 [files] 中的 `part`，或请提供方补上该表。",
    ),
)
DATABASE = Reason(
    "SOURCE-DATABASE",
    what=Say("The database does not answer: {said}", "数据库无法访问：{said}"),
    why=Say(
        "A wrong address, name or password; a missing driver; or no right to read.",
        "地址、用户名或密码有误，缺少驱动，或没有读取权限。",
    ),
    next=Say(
        "Check the URL (`postgresql+psycopg://user@host/db`; the password from the"
        " environment) and that the account may read.",
        "请检查 URL（`postgresql+psycopg://用户@主机/库`，口令来自环境变量）"
        "及账号的读取权限。",
    ),
)
