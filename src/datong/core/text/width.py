"""One width, one case, one set of marks: how a keyboard differs, not what is meant."""

from unicodedata import normalize

# Marks that people use for one another, each to one plain form. NFKC has already made
# full-width ones half-width.
_MARKS = str.maketrans(
    {
        **dict.fromkeys("、，､﹐", ","),
        **dict.fromkeys("；﹔", ";"),
        **dict.fromkeys("。｡．", "."),
        **dict.fromkeys("：﹕∶︰", ":"),
        **dict.fromkeys("‐‑‒–—―−－﹣─━", "-"),
        **dict.fromkeys("～∼〜˜", "~"),
        **dict.fromkeys("×✕✖╳＊", "*"),
        **dict.fromkeys("【〔［〖「『﹝", "["),
        **dict.fromkeys("】〕］〗」』﹞", "]"),
        **dict.fromkeys("（﹙", "("),
        **dict.fromkeys("）﹚", ")"),
        **dict.fromkeys("“”„″＂〃", '"'),
        **dict.fromkeys("‘’‚′＇`´", "'"),
        **dict.fromkeys("？﹖", "?"),
        **dict.fromkeys("／⁄∕", "/"),
        **dict.fromkeys("＋﹢", "+"),
        **dict.fromkeys("\u200b\u200c\u200d\ufeff\u00ad", None),
    }
)


def fold_width(text: str) -> str:
    """Fold width, case and marks; blanks become one space.

    >>> fold_width("ＶＡＴＳ（右）Ⅱ期　肺癌")
    'vats(右)ii期 肺癌'

    Doing it twice changes nothing more.
    """
    before = None
    while text != before:  # a decomposed mark can compose again once the case is folded
        before = text
        text = normalize("NFKC", text.translate(_MARKS)).casefold().translate(_MARKS)
    return " ".join(text.split())
