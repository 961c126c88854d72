"""What can go wrong where decisions and users are remembered."""

from datong.core.reason import Reason
from datong.core.say import Say

NO_DECISION = Reason(
    "STORE-DECISION",
    what=Say("There is no decision {number}.", "没有编号为 {number} 的决定。"),
    why=Say(
        "The number is wrong, or the room has proposed something newer instead.",
        "编号有误，或该环节已提出新的建议取而代之。",
    ),
    next=Say("The review page lists what waits.", "请在审核页面查看待处理项。"),
)
ALREADY = Reason(
    "STORE-ALREADY",
    what=Say(
        "Decision {number} has been taken already, by {who}.",
        "决定 {number} 已由 {who} 处理。",
    ),
    why=Say(
        "Two people worked on the same queue, or a page was kept open for long.",
        "两人同时处理同一队列，或页面长时间未刷新。",
    ),
    next=Say(
        "Look at its history; undo it there if it is wrong.",
        "请查看历史记录，如有误可在那里撤销。",
    ),
)
SAME_PERSON = Reason(
    "STORE-SAME-PERSON",
    what=Say(
        "You have agreed to decision {number}; a second person must.",
        "您已同意决定 {number}，还需另一人同意。",
    ),
    why=Say(
        "The policy asks for two persons here, so that nobody decides alone.",
        "策略要求双人审核，避免一人独断。",
    ),
    next=Say("Ask a colleague with `a`.", "按 `a` 键请一位同事审核。"),
)
NO_DATABASE = Reason(
    "STORE-DATABASE",
    what=Say("The database cannot be opened: {said}.", "数据库无法打开：{said}。"),
    why=Say(
        "The address (--database, DATONG_DATABASE) is wrong, or nobody answers there.",
        "地址（--database 或 DATONG_DATABASE）有误，或数据库没有应答。",
    ),
    next=Say(
        "Write it as postgresql+psycopg://user@host:5432/name, and see that it runs.",
        "按 postgresql+psycopg://用户@主机:5432/库名 书写，并确认数据库已启动。",
    ),
    example="datong serve --database nonsense",
)
NOT_EMPTY = Reason(
    "STORE-FULL",
    what=Say("The database is not empty.", "数据库不为空。"),
    why=Say(
        "A store is copied whole into a new database; nothing in it is mixed with"
        " something older.",
        "存储只能整体复制到新的数据库，不与旧内容混合。",
    ),
    next=Say(
        "Make an empty database and give its address.", "请新建空数据库并给出其地址。"
    ),
    example="datong restore region.tar again --database postgresql+psycopg://…",
)
