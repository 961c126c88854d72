"""What can go wrong at the gate: refusals, mistakes in a policy, a broken audit."""

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
RULE = Reason(
    "GUARD-RULE",
    what=Say(
        "The rule cannot be understood at {said}: {text}",
        "规则在 {said} 处无法理解：{text}",
    ),
    why=Say(
        "A name is not one of the facts that a policy may speak of, two kinds of value"
        " are compared, or a bracket or quote is missing.",
        "名称不在策略允许使用的事实清单内，或比较了不同类型的值，或缺少括号、引号。",
    ),
    next=Say(
        "`datong guard facts` lists the names and their kinds; mend the rule and load"
        " the policy again.",
        "用 `datong guard facts` 查看可用名称及类型，修改规则后重新加载策略。",
    ),
    example="when = \"subject.sight = 'H1'\"",
)
POLICY = Reason(
    "GUARD-POLICY",
    what=Say("The policy cannot be used: {said}", "策略无法使用：{said}"),
    why=Say(
        "A rule, a role or an access in the file lacks a part, names something that"
        " does not exist, or gives one role both the policy and the data.",
        "文件中的规则、角色或访问条目缺项、引用了不存在的内容，"
        "或让同一角色既改策略又读数据。",
    ),
    next=Say(
        "Mend the file; `datong guard cells` shows what it allows before it is used.",
        "请修改该文件；启用前可用 `datong guard cells` 查看其允许的内容。",
    ),
    example='[[rule]]\nid = "x"\neffect = "maybe"',
)
REFUSED = Reason(
    "GUARD-REFUSED",
    what=Say(
        "This may not be seen by {role} for {purpose}.",
        "以“{role}”身份、为“{purpose}”目的，不能查看该内容。",
    ),
    why=Say(
        "No rule of the policy allows it. What no rule allows is refused.",
        "策略中没有任何规则允许此次访问；未经允许的一律拒绝。",
    ),
    next=Say(
        "`datong guard why` names the rules; the security officer can tell which"
        " purpose or relation of care is missing.",
        "用 `datong guard why` 查看相关规则；"
        "可向安全管理员了解缺少何种目的或诊疗关系。",
    ),
    example="datong guard why --role coder --purpose TREAT",
)
ABSENT = Reason(
    "GUARD-ABSENT",
    what=Say("There is nothing here that you may see.", "此处没有您可以查看的内容。"),
    why=Say(
        "It does not exist, or it is not yours to see: both get this same answer.",
        "内容不存在，或您无权查看：两种情况得到的回答相同。",
    ),
    next=Say(
        "Check the number; in an emergency, break the glass from the person's page.",
        "请核对编号；紧急情况下可在患者页面申请应急访问。",
    ),
)
MASKED = Reason(
    "GUARD-MASKED",
    what=Say(
        "Nothing can be searched, sorted, grouped or joined by {column} here.",
        "此处不能按 {column} 检索、排序、分组或关联。",
    ),
    why=Say(
        "The column is hidden or masked for you, and a condition on it would tell its"
        " value.",
        "该列对您隐藏或脱敏，以其作为条件会泄露其内容。",
    ),
    next=Say(
        "Use another column; `datong guard cells` lists which you may use.",
        "请改用其他列；`datong guard cells` 可列出您能使用的列。",
    ),
)
GLASS = Reason(
    "GUARD-GLASS",
    what=Say(
        "The emergency access was not opened: {said}",
        "未能开启应急访问：{said}",
    ),
    why=Say(
        "Emergency access is for treating one patient, with a reason from the list and"
        " words of your own, for at most four hours.",
        "应急访问仅用于救治一名患者，须从列表选择原因并填写说明，最长四小时。",
    ),
    next=Say(
        "Choose a reason, write a sentence, and sign in again.",
        "请选择原因、填写说明并重新登录。",
    ),
)
GLASS_JUDGED = Reason(
    "GUARD-GLASS-JUDGED",
    what=Say(
        "Emergency access {number} cannot be judged by you.",
        "您不能评判第 {number} 号应急访问。",
    ),
    why=Say(
        "Somebody has judged it already, there is none, or you opened it yourself.",
        "该访问已被评判、不存在，或由您本人开启。",
    ),
    next=Say(
        "Load the page again; what waits stands first.",
        "请刷新页面，待评判的排在最前。",
    ),
)
CONSENT = Reason(
    "GUARD-CONSENT",
    what=Say(
        "The consent was not written down: {said}", "未能登记或撤回知情同意：{said}"
    ),
    why=Say(
        "The purpose or the kind is not one of the list, or it was withdrawn before.",
        "目的或形式不在清单内，或该同意此前已撤回。",
    ),
    next=Say("Load the page again and repeat.", "请刷新页面后重试。"),
)
CLASSES = Reason(
    "GUARD-CLASSES",
    what=Say("classes.csv cannot be used: {said}", "classes.csv 无法使用：{said}"),
    why=Say(
        "A line lacks a column, its grade is no number, or its words are no pattern.",
        "某行缺列、分级不是数字，或关键词不是有效的模式。",
    ),
    next=Say(
        "Compare it with the shipped one (docs/how-to/guard.md), or delete it.",
        "请与内置文件对照修改（见 docs/how-to/guard.md），或删除该文件。",
    ),
    example="hiv,five,感染科,B20,,,HIV",
)
OPENID = Reason(
    "SIGN-OPENID",
    what=Say(
        "Signing in by OpenID Connect is not set up rightly: {said}",
        "OpenID Connect 登录配置有误：{said}",
    ),
    why=Say(
        "openid.toml lacks a part, names a role that the policy does not have, or an"
        " address without https.",
        "openid.toml 缺项、引用了策略中不存在的角色，或地址未使用 https。",
    ),
    next=Say(
        "Mend openid.toml (docs/how-to/serve.md) and start again.",
        "请按 docs/how-to/serve.md 修改 openid.toml 后重新启动。",
    ),
    example='issuer = "http://login.example.org"',
)
UNVOUCHED = Reason(
    "SIGN-UNVOUCHED",
    what=Say("The other server's answer was not accepted.", "未接受身份提供方的应答。"),
    why=Say(
        "It was refused there, took too long, belongs to another browser, or its"
        " signature, recipient or time is not right.",
        "对方拒绝了登录、等待超时、应答不属于本浏览器，或签名、受众、时间有误。",
    ),
    next=Say(
        "Sign in again from the sign-in page; if it happens again, tell the"
        " administrator the time.",
        "请从登录页重新登录；若再次出现，请将时间告知管理员。",
    ),
)
NO_HAT = Reason(
    "SIGN-NO-HAT",
    what=Say("Your account there gives you no role here.", "您的账号在此没有角色。"),
    why=Say(
        "No line of openid.toml fits your groups, or they would let one person both"
        " decide over access and read health data.",
        "您的用户组不符合 openid.toml 的任何一条，"
        "或会使同一人既管理访问权限又读取健康数据。",
    ),
    next=Say(
        "Ask the administrator to which group you should belong.",
        "请向管理员了解应加入哪个用户组。",
    ),
)
AUDIT_BROKEN = Reason(
    "AUDIT-BROKEN",
    what=Say(
        "The audit was changed: {said} at event {event}.",
        "审计记录被改动：第 {event} 条，{said}。",
    ),
    why=Say(
        "An event was changed, removed, inserted or moved after it was written, or the"
        " end of the file was cut.",
        "有事件在写入后被修改、删除、插入或移动，或文件末尾被截断。",
    ),
    next=Say(
        "Keep the file as it is and tell the security officer; compare it with the"
        " anchored head and the backups.",
        "请保持文件原样并通知安全管理员，与外部留存的锚点及备份比对。",
    ),
    example="datong audit verify --anchor heads.txt",
)
AUDIT_UNWRITABLE = Reason(
    "AUDIT-UNWRITABLE",
    what=Say(
        "The audit cannot be written: {said}. No data leave until it can.",
        "审计记录无法写入：{said}。恢复之前不提供任何数据。",
    ),
    why=Say(
        "The disk is full, read-only, or the folder of the audit has vanished.",
        "磁盘已满、只读，或审计目录已不存在。",
    ),
    next=Say(
        "Free space or mend the rights of the folder; the server goes on by itself.",
        "请释放空间或修复目录权限，服务会自行恢复。",
    ),
)
WRONG = Reason(
    "SIGN-WRONG",
    what=Say(
        "Name, password or code is wrong.",
        "用户名、密码或验证码不正确。",
    ),
    why=Say(
        "Which of them it is is not told, so that nobody can try names.",
        "不会说明具体哪一项有误，以免他人试探用户名。",
    ),
    next=Say(
        "Try again; after five wrong ones the account is locked for a while.",
        "请重试；连续五次错误后账号会暂时锁定。",
    ),
)
LOCKED = Reason(
    "SIGN-LOCKED",
    what=Say(
        "The account is locked for {minutes} more minutes.",
        "账号已锁定，请在 {minutes} 分钟后再试。",
    ),
    why=Say("Too many wrong passwords were tried.", "密码错误次数过多。"),
    next=Say(
        "Wait, or ask an administrator for a new password.",
        "请稍候，或请管理员重设密码。",
    ),
)
WEAK = Reason(
    "SIGN-WEAK",
    what=Say(
        "The password is too easy to guess; it needs {shortest} characters or more.",
        "密码过于简单，至少需要 {shortest} 个字符。",
    ),
    why=Say(
        "It is short, a common word, one pattern, or holds the user's name.",
        "密码过短、是常见词、有规律，或包含用户名。",
    ),
    next=Say("Put four words together.", "可以用四个词语组合成一个密码。"),
)
NOT_SIGNED_IN = Reason(
    "SIGN-IN",
    what=Say("Please sign in.", "请先登录。"),
    why=Say(
        "The session has ended, or the token is unknown, revoked or too old.",
        "会话已结束，或令牌无效、已吊销或过期。",
    ),
    next=Say(
        "Sign in again, or make a new token.",
        "请重新登录，或新建令牌。",
    ),
)
