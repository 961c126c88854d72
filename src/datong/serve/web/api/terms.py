"""FHIR's ConceptMap/$translate (R4): what a written word means, for programs.

The words are looked up in a `[[terms]]` of the project, with all that people decided so
far; who asks needs the right to review, since answers quote what others wrote.
"""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query

from datong.core.reason import Trouble
from datong.run.settings import Vocabulary, read_settings
from datong.run.terms import aliases
from datong.run.words import Source, is_installed
from datong.serve.web.api.answers import SAID, Answer
from datong.serve.web.reasons import NO_TERMS, NO_TEXT
from datong.serve.web.visit import Here, Visit

if TYPE_CHECKING:
    from datong.terms.normalizer import Normalizer

_held: dict[str, tuple[str, "Normalizer"]] = {}
PATH = "/ConceptMap/$translate"
LONG = 400  # characters of a word
Word = Annotated[str, Query(max_length=LONG)]


class Resource(Answer):
    """A FHIR resource."""

    media_type = "application/fhir+json"


router = APIRouter(
    prefix="/api/v1/fhir", tags=["terms"], responses=SAID, default_response_class=Answer
)
FHIR: dict[int | str, dict[str, Any]] = {
    200: {"content": {Resource.media_type: {"schema": {"type": "object"}}}}
}


@router.get(PATH, responses=FHIR)
def asked(visit: Here, text: Word = "", targetsystem: Word = "") -> Resource:
    """What a word means in a code system."""
    return _translated(visit, text, targetsystem)


@router.post(PATH, responses=FHIR)
def sent(visit: Here, parameters: Annotated[dict[str, Any], Body()]) -> Resource:
    """What the text of a `coding` or `codeableConcept` means, in `targetsystem`."""
    return _translated(visit, _text(parameters), _value(parameters, "targetsystem"))


def _translated(visit: Visit, text: str, system: str) -> Resource:
    """Answer one word, if the project knows the system."""
    visit.need("review")
    if not text.strip() or len(text) > LONG:
        raise Trouble(NO_TEXT, longest=LONG)
    one = _vocabulary(visit, system)
    from datong.terms.translate import translate  # noqa: PLC0415 - an extra

    return Resource(translate(_opened(one, visit), text))


def _opened(one: Vocabulary, visit: Visit) -> "Normalizer":
    """Open a vocabulary, again only if its table, model or decisions have changed."""
    source = Source(one, visit.state.store, is_installed=True)
    mark, normalizer = _held.get(one.name, ("", None))
    if normalizer is None or mark != source.mark:
        normalizer = source.normalizer
        _held[one.name] = (source.mark, normalizer)
    return normalizer


def _vocabulary(visit: Visit, system: str) -> Vocabulary:
    """Find the `[[terms]]` of a system; of one alone, if none is asked for."""
    known = read_settings(visit.state.options.project).terms if is_installed() else ()
    wanted = [one for one in known if system.lower() in aliases(one.system)]
    found = wanted if system else known
    if len(found) != 1:
        listed = ", ".join(one.system for one in known) or "–"
        raise Trouble(NO_TERMS, system=system or "?", known=listed)
    return found[0]


def _value(parameters: dict[str, Any], name: str) -> str:
    """Return the plain value of a parameter, empty if it is not there."""
    one = _parameter(parameters, name)
    return next((str(one[key]) for key in one if key.startswith("value")), "")


def _text(parameters: dict[str, Any]) -> str:
    """Return the written word of a Parameters resource."""
    concept = _object(_parameter(parameters, "codeableConcept"), "valueCodeableConcept")
    coding = _object(_parameter(parameters, "coding"), "valueCoding")
    listed = concept.get("coding")
    codings = [coding, *(listed if isinstance(listed, list) else ())]
    shown = [one.get("display") for one in codings if isinstance(one, dict)]
    said = [concept.get("text"), *shown, _value(parameters, "text")]
    return next((str(text) for text in said if text), "")


def _parameter(parameters: dict[str, Any], name: str) -> dict[str, Any]:
    """Return one parameter, empty if it is not there."""
    listed = parameters.get("parameter")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict) and one.get("name") == name:
            return one
    return {}


def _object(holder: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object inside another, empty if it is none."""
    found = holder.get(key)
    return found if isinstance(found, dict) else {}
