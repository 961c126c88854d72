"""What can go wrong at the web door."""

from datong.core.reason import Reason
from datong.core.say import Say

FORGED = Reason(
    "SERVE-FORM",
    what=Say(
        "The form does not come from a page of your session.",
        "该表单并非来自您当前会话的页面。",
    ),
    why=Say(
        "The page was open since before you signed in, or another site sent it.",
        "页面在登录之前就已打开，或由其他网站提交。",
    ),
    next=Say("Load the page again and repeat.", "请刷新页面后重试。"),
)
TOO_MANY = Reason(
    "SERVE-RATE",
    what=Say("Too many requests; wait {seconds} s.", "请求过多，请等待 {seconds} 秒。"),
    why=Say(
        "A limit keeps one caller from slowing everybody down.",
        "为避免单个来源拖慢所有人，设有请求上限。",
    ),
    next=Say("Wait a moment and try again.", "请稍候再试。"),
)
NOT_YOURS = Reason(
    "SERVE-NOT-YOURS",
    what=Say(
        "Your role does not have the right “{right}”.",
        "您的角色没有“{right}”权限。",
    ),
    why=Say(
        "Rights belong to roles; the policy file lists them.",
        "权限归属于角色，由策略文件规定。",
    ),
    next=Say(
        "Change your hat above, or ask the security officer.",
        "请在上方切换角色，或联系安全管理员。",
    ),
)
NO_PAGE = Reason(
    "SERVE-NO-PAGE",
    what=Say("There is nothing here that you may see.", "此处没有您可以查看的内容。"),
    why=Say(
        "It does not exist, or it is not yours to see: both get this same answer.",
        "内容不存在，或您无权查看：两种情况得到的回答相同。",
    ),
    next=Say("Go back, or start from the menu.", "请返回，或从菜单进入。"),
)
NO_ASSETS = Reason(
    "SERVE-ASSETS",
    what=Say("The scripts of the pages are missing.", "缺少页面脚本文件。"),
    why=Say(
        "They come from two packages at build time; this is a checkout that has not"
        " been built.",
        "脚本在构建时取自两个软件包，当前源码尚未构建。",
    ),
    next=Say(
        "`make assets` brings them (npm, once), then `datong serve` again.",
        "先执行 `make assets`（需 npm，仅一次），再运行 `datong serve`。",
    ),
)
SET_UP = Reason(
    "SERVE-SET-UP",
    what=Say("This server has been set up already.", "服务器已完成初始化。"),
    why=Say(
        "The first-start page works once, with the address that the server printed.",
        "初始化页面仅能使用一次，地址由服务器启动时打印。",
    ),
    next=Say("Sign in, or ask an administrator.", "请登录，或联系管理员。"),
)
FAILED = Reason(
    "SERVE-FAILED",
    what=Say("Something went wrong on our side.", "服务器出现内部错误。"),
    why=Say(
        "It is a mistake of the server, not yours; it was logged under {request}.",
        "这是服务器的问题，与您无关，已记录，编号 {request}。",
    ),
    next=Say(
        "Try again; tell an administrator the number if it stays.",
        "请重试；若仍出现，请把编号告知管理员。",
    ),
)
MIXED = Reason(
    "SERVE-MIXED",
    what=Say(
        "Nobody both decides over access and reads health data: “{role}” does not fit"
        " the other hats.",
        "同一人不得既管理访问权限又读取健康数据：“{role}”与其已有身份冲突。",
    ),
    why=Say(
        "Who could do both could open any record without anybody noticing.",
        "若一人兼有两种权力，便可悄然查看任何记录。",
    ),
    next=Say("Give the hat to another person.", "请将该身份授予其他人员。"),
)
NO_TEXT = Reason(
    "SERVE-NO-TEXT",
    what=Say(
        "There is no text to translate, or it is longer than {longest} characters.",
        "没有可翻译的文本，或文本超过 {longest} 个字符。",
    ),
    why=Say(
        "$translate asks what one written word means.",
        "$translate 用于查询一条书写术语的含义。",
    ),
    next=Say(
        "Send `text`, or a Parameters resource with `codeableConcept.text` or"
        " `coding.display`.",
        "请提供 `text`，或含 `codeableConcept.text`、`coding.display` 的 Parameters。",
    ),
)
NO_TERMS = Reason(
    "SERVE-TERMS",
    what=Say(
        "This project does not translate into {system}; it knows: {known}.",
        "本项目不能翻译到 {system}；已有：{known}。",
    ),
    why=Say(
        "Words are looked up in [[terms]] of datong.toml, by the extra datong[terms].",
        "术语按 datong.toml 的 [[terms]] 查找，需安装 datong[terms] 组件。",
    ),
    next=Say(
        "Name one of them as `targetsystem`, or add a [[terms]].",
        "请用 `targetsystem` 指定其一，或添加 [[terms]]。",
    ),
)
