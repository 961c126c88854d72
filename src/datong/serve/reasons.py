"""Why a door stays shut."""

from datong.core.reason import Reason
from datong.core.say import Say

NOT_INSTALLED = Reason(
    "SERVE-EXTRA",
    what=Say(
        "This command needs a package that is not installed: {package}",
        "该命令需要尚未安装的软件包：{package}",
    ),
    why=Say(
        "The base install is small; servers and learning come as extras.",
        "基础安装很小；服务器与学习功能以附加组件提供。",
    ),
    next=Say(
        "pip install 'datong[all]' (docs/start/offline.md: without internet)",
        "pip install 'datong[all]'（离线安装见 docs/start/offline.md）",
    ),
    example="datong serve   (in a base install)",
)
NO_CANDIDATE = Reason(
    "SERVE-CANDIDATE",
    what=Say(
        "{answer} is no candidate: there are {count}.",
        "没有候选 {answer}：共 {count} 个。",
    ),
    why=Say(
        "The number is too large, or the card has no other candidates.",
        "编号过大，或该项没有其他候选。",
    ),
    next=Say(
        "`datong review show N` lists them; edit the mapping file for anything else.",
        "用 `datong review show N` 查看；其他改动请直接编辑映射文件。",
    ),
)
