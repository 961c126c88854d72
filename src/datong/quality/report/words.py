"""The words of the report that are not data, in both languages."""

import re

from datong.core.say import Say

TITLE = Say("Can these data be trusted?", "这份数据可信吗？")
DEFINED = Say("checks defined", "项检查")
EFFECTIVE = Say("had something to judge", "项有数据可查")
FAILED = Say("failed", "项未通过")
SKIPPED_IS_NOT_PASSED = Say(
    "A check that found nothing to examine is skipped, and skipped is not passed."
    " {cannot:,} checks have a threshold of 100 % and cannot fail.",
    "没有数据可查的检查记为“跳过”，跳过不等于通过。"
    "其中 {cannot:,} 项的阈值为 100%，不可能不通过。",
)
VERDICTS = {
    "pass": Say("passed", "通过"),
    "fail": Say("failed", "未通过"),
    "waived": Say("waived", "已豁免"),
    "skipped": Say("skipped", "跳过"),
    "not-applicable": Say("not applicable", "不适用"),
    "broken": Say("broken", "检查出错"),
}
SEVERITIES = {
    "error": Say("error", "错误"),
    "warning": Say("warning", "警告"),
    "note": Say("note", "提示"),
}
CATEGORIES = {
    "conformance": Say("conformance", "一致性"),
    "completeness": Say("completeness", "完整性"),
    "plausibility": Say("plausibility", "合理性"),
}
BLAMES = {
    "source": Say("source", "源头"),
    "etl": Say("ETL", "转换"),
    "vocabulary": Say("vocabulary", "术语"),
    "undecided": Say("undecided", "未定"),
}
GRID = Say("By table and Kahn category", "按表与类别（Kahn）")
COUNTED = Say(
    "Failed / effective checks. A number leads to what failed.",
    "未通过数 / 有效检查数。点击数字查看未通过的检查。",
)
FINDINGS = Say("What failed", "未通过的检查")
NOTHING = Say("Nothing failed.", "没有未通过的检查。")
WAIVED = Say("Waivers", "豁免")
VOLUME = Say("Rows by month", "各月记录数")
FILLED = Say("Filled columns", "各列填写率")
USES = Say("Fit for which use", "适用于哪些用途")
METHOD = Say("Method", "方法")
SCORE = Say(
    "These checks catch {caught} of {injected} faults that were kept aside while the"
    " checks were written, injected into clean"
    " data, each in 1 % of the rows that it can touch.",
    "向干净数据中逐一注入 {injected} 种编写检查时未曾查看的静默错误"
    "（每种污染 1% 的相关记录），这些检查发现了其中 {caught} 种。",
)
COLUMNS = (
    Say("severity", "级别"),
    Say("what is wrong", "问题"),
    Say("persons", "涉及人数"),
    Say("rows", "不合格"),
    Say("whose", "责任"),
)
FIRST = Say("What to do first", "先处理什么")
PLACES = Say("places: {n:,}", "{n:,} 处")
MORE = Say("{n:,} more places are in the JSON.", "其余 {n:,} 处见 JSON。")
NO_MATCH = Say("Nothing fits these filters.", "没有符合筛选条件的问题。")
FIND = Say("find", "查找")
FILTERS = {
    "severity": Say("severity", "级别"),
    "whose": Say("whose", "责任"),
    "site": Say("site", "机构"),
    "order": Say("order by", "排序"),
}
ORDERS = {
    "grave": Say("severity", "级别"),
    "persons": Say("persons touched", "涉及人数"),
    "rows": Say("rows", "不合格数"),
}
LIMIT = Say("limit {percent:g} %", "阈值 {percent:g}%")
TOUCHED = Say("Persons touched: {persons}", "涉及人数：{persons}")
NAMES = Say("Which", "具体为")
CLEAN = Say("{n:,} tables where nothing failed", "{n:,} 张表全部通过")
LEAST = Say(
    "{n} columns, the emptiest {least:.0f} % filled", "{n} 列，最低填写率 {least:.0f}%"
)
LEDGER = Say("Ledger", "账本")
REJECTS = Say(
    "read = kept + rejected + merged + left out by rule + framing. What was"
    " rejected, and why:",
    "读入 = 保留 + 拒收 + 合并 + 按规则略去 + 表头等。拒收内容及原因：",
)
STEPS = {
    "read": Say("read", "读入"),
    "kept": Say("kept", "保留"),
    "rejected": Say("rejected", "拒收"),
    "merged": Say("merged", "合并"),
    "silent": Say("left out by rule", "按规则略去"),
    "framing": Say("framing", "表头等"),
}
PHASES = {
    "land": Say("landed", "落地"),
    "map": Say("mapped", "映射"),
    "link": Say("persons linked", "身份归一"),
    "omop": Say("made OMOP", "生成 OMOP"),
}
WAIVER_COLUMNS = (
    Say("check", "检查项"),
    Say("verdict", "结论"),
    Say("by whom, why, until", "何人、何因、至何时"),
)
BROKEN = Say("{n:,} checks could not be carried out", "{n:,} 项检查无法执行")
CANNOT = Say(
    "{n:,} checks have a threshold of 100 % and cannot fail",
    "{n:,} 项检查阈值为 100%，不可能不通过",
)
NOT_JUDGED = Say(
    "{n:,} checks found nothing to examine (skipped)",
    "{n:,} 项检查没有数据可查（跳过）",
)
ASKS = Say("What is asked", "检查内容")
MATTERS = Say("What it means", "意味着")
KEYS = Say("First keys of bad rows", "不合格记录的主键（前若干个）")
NO_KEYS = Say(
    "No row keys: the check counts something else.",
    "没有记录主键：该检查统计的不是记录。",
)
EXAMPLES = Say("Where the first of them stand", "前几条的来源位置")
EXAMPLE_COLUMNS = (
    Say("row", "记录"),
    Say("source file", "源文件"),
    Say("line", "行"),
)
NOT_A_LINE = Say("record {record:,}", "第 {record:,} 条")
TRACE = Say(
    "All cells, rules and what came of a line:", "查看源行全部内容、规则及去向："
)
SMALL = Say(
    "Numbers of persons below 10 are told as < 10, groups of fewer than 10 rows not"
    " at all.",
    "少于 10 的人数显示为 < 10；不足 10 行的分组不予显示。",
)
MADE = Say(
    "Judged on {today} in {seconds:.1f} s: {subject}",
    "检查日期 {today}，用时 {seconds:.1f} 秒：{subject}",
)
READINGS = Say(
    "Counts follow OHDSI's definitions; where a definition and its SQL differ, the SQL"
    " was followed. Tomorrow is counted from the day of the run.",
    "计数遵循 OHDSI 的定义；定义与其 SQL 不一致时以 SQL 为准。“明天”以检查日期推算。",
)
GROUPS = {
    "site": Say("Bad rows by site", "各机构的不合格记录"),
    "source": Say("Bad rows by source", "各来源的不合格记录"),
    "cohort": Say("Bad rows by cohort", "各队列的不合格记录"),
    "month": Say("Bad rows by month", "各月的不合格记录"),
}
BY = {
    "site": Say("By table and site", "按表与机构"),
    "cohort": Say("By table and cohort", "按表与队列"),
}
ONLY_THERE = Say(
    "{n:,} checks pass as a whole and fail here and there:",
    "以下 {n:,} 项检查总体通过，但在个别处未通过：",
)
OF_ALL = Say("{percent:.2f} % of all", "总体为 {percent:.2f} %")
TREND = Say("Over the releases", "历次版本")
TREND_COLUMNS = (
    Say("release", "版本"),
    Say("judged on", "检查日期"),
    Say("defined", "检查项"),
    Say("effective", "有数据可查"),
    Say("failed", "未通过"),
)
BEGAN = Say("{n:,} began to fail:", "新出现 {n:,} 项未通过：")
CEASED = Say("{n:,} no longer fail:", "已不再出现 {n:,} 项：")
WHOSE = Say("By layer, and whose", "按层次与责任")
WHOSE_ROWS = Say("Whose the rows are:", "责任划分：")
LAYERS = {
    "source": Say("source rows", "源数据"),
    "records": Say("standard records", "标准记录"),
    "omop": Say("views (OMOP)", "视图（OMOP）"),
}
OPEN = re.compile(r"\{[^}]*\}")  # a place of a message
HANDED = Say("{name}: what to mend in your data", "{name}：数据问题整改单")
HANDED_ON = Say(
    "Release {release}, judged on {today}. Only rows that this organization delivered.",
    "版本 {release}，检查日期 {today}。只含该机构递交的数据。",
)
MEND = Say("What to mend", "需要整改")
THINGS = Say("things to mend", "项需整改")
LINES = Say("lines named below", "行列于下方")
REFUSED_ROWS = Say("rows not understood", "行无法读懂")
REFUSED = Say("What could not be understood", "无法读懂的行")
COST = Say(
    "What it cost: {records:,} standard records and {views:,} rows of OMOP were made of"
    " these lines.",
    "影响：由这些行生成了 {records:,} 条标准记录、{views:,} 行 OMOP 数据。",
)
LINE_COLUMNS = (
    Say("your file", "贵方文件"),
    Say("column", "列"),
    Say("lines (# record)", "行号（# 为第几条）"),
)
MORE_LINES = Say("{n:,} more rows are not named.", "另有 {n:,} 行未列出。")
HANDED_HOW = Say(
    "Left out is what the mapping or the vocabulary made wrong. Of each check the first"
    " 1,000 bad rows of all organizations were looked at, of each problem 200 lines are"
    " named. The values themselves are not told: look into your file.",
    "不含映射或术语造成的问题。每项检查最多查看全部机构的前 1,000 条不合格记录，"
    "每个问题最多列出 200 行。此处不显示具体取值，请查看贵方文件。",
)
