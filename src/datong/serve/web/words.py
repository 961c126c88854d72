"""Words that pages share: kinds of record, tiers, states, in both languages."""

from collections.abc import Mapping

from datong.core.say import Say
from datong.standards.records import all_kinds

KINDS: Mapping[str, Say] = {
    name: Say(name.replace("_", " ").capitalize(), kind.zh)
    for name, kind in all_kinds().items()
}
TIERS: Mapping[str, Say] = {
    "tertiary": Say("tertiary", "三级"),
    "secondary": Say("secondary", "二级"),
    "primary": Say("primary", "一级"),
    "community": Say("community", "基层"),
}
SEXES: Mapping[str, Say] = {"1": Say("male", "男"), "2": Say("female", "女")}
STATES: Mapping[str, Say] = {
    "running": Say("running", "运行中"),
    "done": Say("done", "完成"),
    "failed": Say("failed", "失败"),
    "stopped": Say("stopped", "已中断"),
}
SCOPES: Mapping[str, Say] = {
    "row": Say("row", "整行"),
    "cell": Say("cell", "单元格"),
    "line": Say("line", "整行文本"),
    "file": Say("file", "文件"),
}
PURPOSES: Mapping[str, Say] = {
    "TREAT": Say("care", "诊疗"),
    "PAY": Say("payment", "结算"),
    "OPERATE": Say("operation", "运营管理"),
    "QUALITY": Say("quality of care", "质控"),
    "PUBLIC_HEALTH": Say("public health", "公共卫生"),
    "STUDY": Say("study", "科研"),
    "INSURE": Say("insurance", "商业保险"),
    "SUBJECT": Say("the person", "本人"),
    "SECURITY": Say("security", "安全管理"),
}
VERDICTS: Mapping[str, Say] = {
    "pass": Say("passes", "通过"),
    "fail": Say("fails", "未通过"),
    "skipped": Say("nothing to judge", "无可判定数据"),
    "not-applicable": Say("not applicable", "不适用"),
    "broken": Say("could not be carried out", "无法执行"),
    "waived": Say("waived", "已豁免"),
}
ACTS: Mapping[str, Say] = {
    "read": Say("read the record", "查阅档案"),
    "search": Say("found it in a search", "检索命中"),
    "list": Say("saw it in a list", "列表中查看"),
    "export": Say("took data out", "导出数据"),
    "break-glass": Say("opened it in an emergency", "应急打开"),
    "consent": Say("wrote down a consent", "登记知情同意"),
    "consents": Say("read the consents", "查看知情同意"),
    "audit": Say("asked the audit who had looked", "查询审计记录"),
    "sign-in": Say("signed in", "登录"),
    "sign-in openid": Say("signed in with an account of the house", "用本院账号登录"),
    "sign-out": Say("signed out", "退出"),
    "decide": Say("decided", "作出决定"),
    "run": Say("ran it", "启动运行"),
    "restore": Say("restored a release", "恢复版本"),
    "user": Say("changed a user", "变更用户"),
    "hat": Say("changed the hat", "切换身份"),
    "purpose": Say("changed the purpose", "更改目的"),
    "glass-review": Say("judged an emergency access", "评定应急访问"),
    "token": Say("made a token for a program", "签发程序令牌"),
    "second-factor": Say("turned on the second factor", "启用双重验证"),
    "set-up": Say("set the server up", "初始化系统"),
}
