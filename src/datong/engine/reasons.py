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
