"""What the seven components are called."""

from datong.core.say import Say
from datong.standards.checks import Component

COMPONENTS = {
    Component.PRESENCE: Say("presence of fields", "字段具备"),
    Component.STRUCTURE: Say("type, format, length", "类型、格式与长度"),
    Component.DOMAIN: Say("value domain", "值域符合"),
    Component.LABELS: Say("label fidelity", "代码含义一致"),
    Component.COMPLETENESS: Say("completeness", "必填完整"),
    Component.RULES: Say("rules between fields", "字段间逻辑"),
    Component.EDITION: Say("edition currency", "版本现行"),
}
