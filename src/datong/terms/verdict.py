"""What may be done with an answer; apart, because it needs none of the packages."""

from enum import StrEnum


class Verdict(StrEnum):
    """What is done with an answer."""

    ACCEPT = "accept"
    ASK = "ask"
    ABSTAIN = "abstain"
