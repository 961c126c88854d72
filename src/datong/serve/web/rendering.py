"""Templates: Jinja2, escaped by default, each text in both languages side by side."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from pydantic import BaseModel

from datong import __version__
from datong.core.say import Language, Say
from datong.serve.web.words import SEXES, TIERS

TEMPLATES = Path(__file__).with_name("templates")
LOCALES = {"en": "en", "zh": "zh_Hans"}


def render(template: str, things: Mapping[str, object]) -> str:
    """Fill a template."""
    return _environment().get_template(template).render(things)


@cache
def _environment() -> Environment:
    """Set Jinja2 up."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": _say, "version": __version__, "tiers": TIERS, "sexes": SEXES}
    made.filters |= {
        "say": _in_language,
        "named": _named,
        "number": _number,
        "percent": _percent,
        "day": _day,
        "moment": _moment,
        "further": further,
    }
    return made


@pass_context
def _say(context: Context, en: str, zh: str, **places: object) -> str:
    """Say a text of a template in the visitor's language."""
    text = Say(en, zh).in_(_language(context))
    return text.format(**places) if places else text


@pass_context
def _in_language(context: Context, say: Say) -> str:
    """Say a `Say`."""
    return say.in_(_language(context))


@pass_context
def _named(context: Context, word: str, known: Mapping[str, Say]) -> str:
    """Say what a word stands for; one that nobody listed stands for itself."""
    return known[word].in_(_language(context)) if word in known else word


@pass_context
def _number(context: Context, value: float | None) -> str:
    """Write a number with its groups."""
    return "–" if value is None else format_decimal(value, locale=_locale(context))


@pass_context
def _percent(context: Context, value: float | None) -> str:
    """Write a share."""
    return "–" if value is None else format_percent(value, locale=_locale(context))


@pass_context
def _day(context: Context, value: date | None) -> str:
    """Write a date."""
    return "–" if value is None else format_date(value, "medium", _locale(context))


@pass_context
def _moment(context: Context, value: datetime | None) -> str:
    """Write a time of the store (UTC) in the server's zone."""
    if value is None:
        return "–"
    local = value.replace(tzinfo=UTC).astimezone()
    return format_datetime(
        local.replace(tzinfo=None), "medium", locale=_locale(context)
    )


def further(asked: BaseModel, offset: int) -> str:
    """Write the query of the next page of a search."""
    return urlencode({**asked.model_dump(), "offset": offset})


def _language(context: Context) -> Language:
    """Return the visitor's language."""
    return "zh" if context.get("language") == "zh" else "en"


def _locale(context: Context) -> str:
    """Return the name that Babel knows it by."""
    return LOCALES[_language(context)]
