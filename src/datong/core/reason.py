"""Why something was refused: one stable code, explained once, in both languages."""

from dataclasses import dataclass

from datong.core.say import Language, Say


@dataclass(frozen=True, slots=True)
class Reason:
    """A kind of mistake that people and files make.

    `what` and `next` may have `{places}` that the occasion fills. `datong explain CODE`
    and the page docs/reference/codes.md are made from these fields, so they are written
    for a person who meets the code for the first time.
    """

    code: str  # ROOM-WORD, never re-used for another meaning
    what: Say  # what is wrong
    why: Say  # how it usually comes about
    next: Say  # what to do now, with the command
    example: str = ""  # data or a call that shows it


class Trouble(Exception):  # noqa: N818 - it is a person's trouble, not our error
    """Something that ends a command and that the user can mend.

    Raise it with its reason, the place, and what fills the reason's places:
    `Trouble(NO_COLUMN, "mappings/lab.toml [record.set] value", column="结果")`.
    """

    def __init__(self, reason: Reason, where: object = "", **details: object) -> None:
        """Remember the reason, the place and the details."""
        self.reason, self.where, self.details = reason, str(where), details
        super().__init__(self.in_("en"))

    def __reduce__(self) -> tuple[object, ...]:
        """Let it travel between processes."""
        return _again, (self.reason, self.where, self.details)

    def in_(self, language: Language) -> str:
        """Say what, where and what next, in one language."""
        what = self.reason.what.with_(**self.details).in_(language)
        step = self.reason.next.with_(**self.details).in_(language)
        where, then = ("位置", "下一步") if language == "zh" else ("at", "next")
        lines = [f"{self.reason.code}: {what}"]
        lines += [f"  {where}: {self.where}"] if self.where else []
        return "\n".join([*lines, f"  {then}: {step}"])


def _again(reason: Reason, where: str, details: dict[str, object]) -> Trouble:
    """Rebuild a trouble in another process."""
    return Trouble(reason, where, **details)
