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
