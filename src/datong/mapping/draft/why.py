"""What speaks for a suggestion, in words.

In:  a candidate.
Out: evidence for people.
"""

from datong.core.say import Say
from datong.mapping.draft.candidate import UNIQUE, Candidate


def why(one: Candidate) -> list[Say]:
    """Say in words what speaks for a candidate."""
    said = []
    if one.like.score >= 0.3:
        word, share = one.like.word, f"{one.like.score:.2f}"
        said.append(
            WAYS[one.like.way].with_(word=word, share=share)
            if one.like.way in WAYS
            else Say(word, word)
        )
    if one.entry.looks and abs(one.looks) >= 0.4:
        fit = Say("fit", "符合") if one.looks > 0 else Say("do not fit", "不符合")
        said.append(
            Say(
                f"values {fit.en} {one.entry.looks} ({one.looks:+.1f})",
                f"取值{fit.zh} {one.entry.looks}（{one.looks:+.1f}）",
            )
        )
    if one.bonus >= UNIQUE:
        said.append(Say("its numbers fit the other tables", "其编号与其他表相符"))
    return said


WAYS = {
    "bare": Say("a plain name ({word}) in its table", "表内通用名（{word}）"),
    "name": Say("named {word}", "名称即“{word}”"),
    "characters": Say("name like {word} ({share})", "名称近似“{word}”（{share}）"),
    "initials": Say(
        "pinyin initials of {word} ({share})", "“{word}”的拼音首字母（{share}）"
    ),
    "pinyin": Say("pinyin of {word} ({share})", "“{word}”的拼音（{share}）"),
    "tokens": Say("words of “{word}” ({share})", "英文词近似“{word}”（{share}）"),
    "meaning characters": Say("means {word} ({share})", "词义近似 {word}（{share}）"),
    "meaning pinyin": Say(
        "pinyin that means {word} ({share})", "拼音词义近似 {word}（{share}）"
    ),
    "meaning initials": Say(
        "initials that may mean {word} ({share})", "首字母词义可能为 {word}（{share}）"
    ),
    "comment": Say(
        "its owner calls it like {word} ({share})", "字段注释近似“{word}”（{share}）"
    ),
}
