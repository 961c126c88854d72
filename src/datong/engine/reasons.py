"""What can go wrong where set work is done."""

from datong.core.reason import Reason
from datong.core.say import Say

DISK_FULL = Reason(
    "ENGINE-DISK",
    what=Say("The disk is full.", "磁盘空间已满。"),
    why=Say(
        "A run writes its tables beside the old release before it publishes them, and"
        " spills what does not fit into memory.",
        "运行时先在旧版本旁写入新表再发布，内存放不下的部分也会暂存到磁盘。",
    ),
    next=Say(
        "Free some space (`datong releases prune` removes old releases), then run the"
        " same command again: finished steps are kept, nothing was published.",
        "请腾出空间（`datong releases prune` 可清理旧版本），再运行同一命令："
        "已完成的步骤会保留，尚未发布任何内容。",
    ),
)
QUERY = Reason(
    "ENGINE-QUERY",
    what=Say("The query cannot be run: {said}", "查询无法执行：{said}"),
    why=Say(
        "A table or column does not exist, or a value does not fit its kind.",
        "表或列不存在，或某个值与其类型不符。",
    ),
    next=Say(
        '`datong query "show all tables"` lists tables and columns.',
        '用 `datong query "show all tables"` 查看所有表和列。',
    ),
    example='datong query "select * from omop.persons"',
)
EXPRESSION = Reason(
    "MAP-EXPRESSION",
    what=Say(
        "This is not an expression: {text} ({said})",
        "这不是有效的表达式：{text}（{said}）",
    ),
    why=Say(
        "A missing quote or bracket, or several values where one is wanted.",
        "缺少引号或括号，或在需要一个值的地方写了多个。",
    ),
    next=Say(
        "Write one SQL expression over the columns of the table; column names stand in"
        " double quotes, texts in single ones.",
        "写一个基于该表列的 SQL 表达式；列名用双引号，文本用单引号。",
    ),
    example="""value = 'number_of("结果"'""",
)
FUNCTION = Reason(
    "MAP-FUNCTION",
    what=Say(
        "An expression may not use {name}: {text}", "表达式中不可使用 {name}：{text}"
    ),
    why=Say(
        "Mapping files compute with the cells of one row: no queries, no files, no"
        " functions that another engine lacks.",
        "映射文件只对一行的单元格做计算：不能查询、不能读文件，"
        "也不能用其他引擎没有的函数。",
    ),
    next=Say(
        "docs/reference/mapping.md lists the functions; a value map (CSV) often says it"
        " better.",
        "可用函数见 docs/reference/mapping.md；很多情况用值映射表（CSV）更清楚。",
    ),
    example="""value = "getenv('HOME')\"""",
)
CAST = Reason(
    "MAP-CAST",
    what=Say(
        "`cast` breaks on the first bad cell: {text}",
        "`cast` 遇到第一个坏单元格就会中断：{text}",
    ),
    why=Say(
        "A cell that does not fit must become a reject, not the end of the run.",
        "不合格的单元格应成为一条拒收记录，而不是让运行中断。",
    ),
    next=Say(
        "Use number_of, whole_of, time_of or date_of, which reject what they cannot"
        " read; or try_cast.",
        "请改用 number_of、whole_of、time_of 或 date_of（读不懂会记为拒收），"
        "或 try_cast。",
    ),
    example="""value = 'cast("结果" as double)'""",
)
