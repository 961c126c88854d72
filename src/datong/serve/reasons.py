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
PORT = Reason(
    "SERVE-PORT",
    what=Say(
        "The server cannot listen there: {said}.", "服务器无法在该地址监听：{said}。"
    ),
    why=Say(
        "Another program listens on the port, the address is not this machine's, or"
        " the port is below 1024 and not yours.",
        "端口已被其他程序占用，或地址不属于本机，或 1024 以下端口无权限使用。",
    ),
    next=Say(
        "Give another port: `datong serve --port 8081`.",
        "换一个端口：`datong serve --port 8081`。",
    ),
    example="datong serve   (while another one runs)",
)
LAID_OUT = Reason(
    "SERVE-LAYING-OUT",
    what=Say(
        "Release {release} is being laid out for reading.",
        "版本 {release} 正在整理，以便查阅。",
    ),
    why=Say(
        "It is done once a release: a minute or so for 100,000 people.",
        "每个版本只需整理一次：十万人约需一分钟。",
    ),
    next=Say(
        "Wait; the page comes by itself. Programs ask again after some seconds.",
        "请稍候，页面会自动打开；程序请过几秒再请求。",
    ),
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
