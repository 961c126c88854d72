"""Why a reading is refused."""

from datong.core.reason import Reason
from datong.core.say import Say

NOT_OWNER = Reason(
    "GUARD-OWNER",
    what=Say(
        "{who} does not own this project and may read nothing of it.",
        "{who} 不是该项目的所有者，不能读取其中任何内容。",
    ),
    why=Say(
        "Without a server, a project belongs to the person who owns its folder.",
        "未启用服务器时，项目属于其文件夹的所有者。",
    ),
    next=Say(
        "Ask the owner for a release or an export, or for an account on the server"
        " (`datong serve`).",
        "请向所有者申请导出数据，或申请服务器账号（`datong serve`）。",
    ),
    example="datong query --project /home/other/project 'select 1'",
)
