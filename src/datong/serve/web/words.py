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
