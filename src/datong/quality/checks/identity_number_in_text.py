"""No identity or phone number stands in a text."""

import re

from datong.core.check import Severity
from datong.core.say import Say
from datong.quality.own import TextCheck

DATE = "(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])"
IDENTITY = f"[1-8][0-9]{{5}}{DATE}[0-9]{{3}}[0-9Xx]"
# The hexadecimal groups of a made key look like phone numbers now and then.
KEY = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
SIGNS = f"(^|[^0-9])({IDENTITY}|1[3-9][0-9]{{9}})([^0-9]|$)"


def is_bad(text: str) -> bool:
    """Tell whether 18 digits of an identity number or a mobile number stand in it."""
    return re.search(SIGNS, re.sub(KEY, "", text)) is not None


CHECK = TextCheck(
    name="identity_number_in_text",
    severity=Severity.ERROR,
    why=Say(
        "An identity or phone number outside the vault tells who a person is.",
        "身份证号或手机号出现在保险库之外，会暴露身份。",
    ),
    where=f"regexp_matches(value, '{SIGNS}')"
    f" and regexp_matches(regexp_replace(value, '{KEY}', '', 'g'), '{SIGNS}')",
    is_bad=is_bad,
    only="strlen(value) >= 11",
    cases=(
        ("肺结节 8 mm", True),
        ("患者 11010119900307001X 复查", False),
        ("电话13800138000", False),
        ("20240301123456", True),
        ("c43190e4-6742-43a5-80cc-c15901813354", True),
    ),
)
