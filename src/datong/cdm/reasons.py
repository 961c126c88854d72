"""What can go wrong where standard records become common data models."""

from datong.core.reason import Reason
from datong.core.say import Say

NO_ATHENA = Reason(
    "CDM-ATHENA",
    what=Say(
        "The vocabulary folder has no {file}.",
        "词表文件夹中没有 {file}。",
    ),
    why=Say(
        "The OMOP vocabularies are read as Athena delivers them: CONCEPT.csv and"
        " CONCEPT_RELATIONSHIP.csv are needed, VOCABULARY.csv tells the release.",
        "OMOP 词表按 Athena 下载的原样读取：必须有 CONCEPT.csv 和"
        " CONCEPT_RELATIONSHIP.csv，VOCABULARY.csv 用于记录版本。",
    ),
    next=Say(
        "Unpack the whole download from athena.ohdsi.org into that folder, or leave"
        " the folder out: codes then keep local concepts.",
        "请把 athena.ohdsi.org 的下载包完整解压到该文件夹；"
        "也可以不指定文件夹，此时编码使用本地概念。",
    ),
)
REGISTER_FULL = Reason(
    "CDM-REGISTER",
    what=Say(
        "The register of local concepts is full: {count} numbers are wanted.",
        "本地概念登记表已满：需要 {count} 个编号。",
    ),
    why=Say(
        "Local concepts are numbered from 2,000,000,000 and must fit in 32 bits. So"
        " many distinct codes usually mean that a field of codes holds free text.",
        "本地概念从 2,000,000,000 开始编号，且须为 32 位整数。"
        "不同编码如此之多，通常说明某个编码字段里是自由文本。",
    ),
    next=Say(
        "`datong query` with `select kind, field, count(*) from codes group by all`"
        " shows which field it is; map it as a text, not as a code.",
        "用 `datong query` 执行 `select kind, field, count(*) from codes group by all`"
        " 找出该字段，并改为映射成文本而不是编码。",
    ),
)
