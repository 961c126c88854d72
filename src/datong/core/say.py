"""What we tell people, in English and Chinese, side by side."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Say:
    """One message in both languages, so that neither can be forgotten."""

    en: str
    zh: str

    def in_(self, language: Language) -> str:
        """Return the message in one language."""
        return self.zh if language == "zh" else self.en

    def with_(self, **details: object) -> "Say":
        """Fill the `{places}` of both languages."""
        return Say(self.en.format(**details), self.zh.format(**details))
