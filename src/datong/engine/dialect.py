"""Expressions that people write in mapping files: read, judged, expanded.

In:  SQL text in DuckDB's dialect, over the columns of one row.
Out: SQL text that an engine runs, the columns that it needs, and the texts whose loss
     would be a reject.

This is the only module that uses SQLGlot. An expression can compute, and nothing else:
no query, no file, no function outside the list, no cast that a datum can break.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp

from datong.core.reason import Trouble
from datong.engine.reasons import CAST, EXPRESSION, FUNCTION

FULL = "０１２３４５６７８９．，－＋＜＞＝：％（）　"
HALF = "0123456789.,-+<>=:%() "
# `translate` is slow, so only texts that need it are translated; and no `nullif` around
# a slow part: it would be computed for every row, not for the few that fall through.
_HALF = (
    f"case when regexp_matches(:x, '[{FULL}]') then translate(:x, '{FULL}', '{HALF}')"
    " else :x end"
)
_DIGITS = (
    r"([-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]*\.?[0-9]+|[0-9]+\.)"
    r"(?:[eE][-+]?[0-9]+)?)"
)
_SIGN = "(<=|>=|<|>|≤|≥|~|≈)"

# House functions: what each means in DuckDB. `:x` is the argument, `:zone` the zone of
# the source, `:f` a time format; a function of formats tries each in turn, then each on
# the trimmed, half-width text.
HOUSE = {
    "half_width": _HALF,
    "blank_to_null": "nullif(trim(:x), '')",
    "number_of": (
        "coalesce(try_cast(:x as decimal(18, 6)), try_cast(replace("
        rf"regexp_extract({_HALF}, '^\s*{_SIGN}?\s*{_DIGITS}\s*[↑↓HhLl*]?\s*$', 2)"
        ", ',', '') as decimal(18, 6)))"
    ),
    "number2_of": (
        "try_cast(regexp_extract(:x,"
        r" '^\s*[0-9.]+\s*[:：]\s*([0-9.]+)\s*$', 1) as decimal(18, 6))"
    ),
    "operator_of": (
        "case when left(trim(:x), 1) in ('<', '>', '≤', '≥', '＜', '＞', '~', '≈') then"
        " replace(replace(regexp_extract(translate(:x, '＜＞＝', '<>='),"
        rf" '^\s*{_SIGN}', 1), '≤', '<='), '≥', '>=') end"
    ),
    "whole_of": (
        "coalesce(case when regexp_matches(:x, '^[-+]?[0-9]{1,18}$')"
        " then try_cast(:x as bigint) end, try_cast(regexp_extract("
        rf"{_HALF}, '^\s*([-+]?[0-9]+)(?:\.0*)?\s*$', 1) as bigint))"
    ),
    "instant_of": (
        "case length(:x) when 4 then try_strptime(:x, '%Y')"
        " when 7 then try_strptime(:x, '%Y-%m')"
        " when 10 then try_strptime(:x, '%Y-%m-%d')"
        " else timezone(:zone, try_cast(:x as timestamptz)) end"
    ),
    "precision_of": (
        "case length(:x) when 4 then 'year' when 7 then 'month' when 10 then 'day'"
        " else case when length(:x) > 10 then 'second' end end"
    ),
    "reference_id": r"nullif(regexp_extract(:x, '([^/:?|#=]+)$', 1), '')",
    "base64_text": "try(decode(from_base64(:x)))",
    "time_of": "try_strptime(:x, :f)",
    "date_of": "cast(try_strptime(:x, :f) as date)",
    "partial_of": "strftime(try_strptime(:x, :f), '%Y-%m-%d')",
}
OF_FORMATS = {"time_of", "date_of", "partial_of"}
PARTIAL = "case when regexp_matches(:x, '^[0-9]{4}(-[0-9]{2})?$') then :x end"
# Where these lose a text that was filled in, that is a reject.
CONVERSIONS = {
    "number_of",
    "whole_of",
    "instant_of",
    "time_of",
    "date_of",
    "partial_of",
}
# The portable subset, as SQLGlot calls it; every other function is refused.
# fmt: off
ALLOWED = {
    "and", "or", "not", "case", "if", "coalesce", "nullif", "try_cast", "concat",
    "concat_ws", "substring", "substr", "left", "right", "lower", "upper", "trim",
    "ltrim", "rtrim", "length", "char_length", "replace", "split_part",
    "regexp_extract", "regexp_replace", "regexp_like", "regexp_matches",
    "str_position", "strpos", "instr", "starts_with", "ends_with", "contains",
    "abs", "round", "floor", "ceil", "ceiling", "greatest", "least", "extract",
    "year", "month", "day", "pad", "lpad", "rpad", "array_size", "len",
    "array_contains", "list_contains", "list_filter", "array_filter", "filter",
    "list_transform", "transform", "array_to_string", "list_any_value", "translate",
    "reverse", "chr", "md5", "date_diff", "datediff", "date_trunc",
    "timestamp_trunc", "strftime", "time_to_str",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that may be run."""

    sql: str
    columns: frozenset[str]  # of the source row
    filled: tuple[str, ...]  # SQL of texts that a conversion in it reads


def compile_expression(text: str, zone: str, where: str) -> Expression:
    """Read an expression; raise `Trouble` where it is none, or not allowed."""
    try:
        return _compile(text, zone)
    except Trouble as trouble:
        raise Trouble(trouble.reason, where, **trouble.details) from None


@cache
def _compile(text: str, zone: str) -> Expression:
    """Read an expression, each text once."""
    try:
        tree = sqlglot.parse_one(f"select {text}", dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        said = str(error).splitlines()[0]
        raise Trouble(EXPRESSION, text=text, said=said) from error
    heads = tree.expressions
    if len(heads) != 1 or {k for k, v in tree.args.items() if v} - {"expressions"}:
        raise Trouble(EXPRESSION, text=text, said="one value is wanted")
    for node in heads[0].walk():
        _judge(node, text)
    filled: list[str] = []
    columns = frozenset(_columns(heads[0]))
    expanded = _expand(heads[0], zone, filled)
    return Expression(_sql(expanded), columns, tuple(dict.fromkeys(filled)))


def _judge(node: exp.Expr, text: str) -> None:
    """Refuse what is not in the list."""
    if isinstance(node, exp.Query | exp.Subquery | exp.Table | exp.Star | exp.Window):
        raise Trouble(FUNCTION, text=text, name=type(node).__name__)
    if isinstance(node, exp.Cast) and not isinstance(node, exp.TryCast):
        if not isinstance(node.this, exp.Literal):
            raise Trouble(CAST, text=text)
    elif isinstance(node, exp.Func) and not _is_allowed(node):
        raise Trouble(FUNCTION, text=text, name=_names(node)[0])


def _is_allowed(node: exp.Func) -> bool:
    """Say whether a function is in the list, or one of the house."""
    return any(name in ALLOWED or name in HOUSE for name in _names(node))


def _names(node: exp.Func) -> list[str]:
    """Return the names of a function."""
    if isinstance(node, exp.Anonymous):
        return [node.name.lower()]
    return [name.lower() for name in type(node).sql_names()]


def _columns(tree: exp.Expr) -> Iterable[str]:
    """Name the source columns; the variables of a lambda are none."""
    bound = {name.name for lam in tree.find_all(exp.Lambda) for name in lam.expressions}
    for column in tree.find_all(exp.Column):
        if column.parts[0].name not in bound:
            yield column.parts[0].name


def _expand(tree: exp.Expr, zone: str, filled: list[str]) -> exp.Expr:
    """Replace house functions by what they mean, the inner ones first."""
    if isinstance(tree, exp.Case):
        return _expand_case(tree, zone, filled)
    for key, value in list(tree.args.items()):
        if isinstance(value, exp.Expr):
            tree.set(key, _expand(value, zone, filled))
        elif isinstance(value, list):
            tree.set(key, [_expand_item(item, zone, filled) for item in value])
    if not isinstance(tree, exp.Anonymous) or tree.name.lower() not in HOUSE:
        return tree
    name, (argument, *formats) = tree.name.lower(), tree.expressions
    if name in CONVERSIONS:
        filled.append(_sql(argument))
    return _meaning(name, argument, formats, zone)


def _expand_case(tree: exp.Case, zone: str, filled: list[str]) -> exp.Expr:
    """Expand a case; what a branch reads is only lost where the branch is taken."""
    if tree.this is not None:
        tree.set("this", _expand(tree.this, zone, filled))
    for branch in tree.args["ifs"]:
        branch.set("this", _expand(branch.this, zone, filled))
    places = [(branch, "true") for branch in tree.args["ifs"]]
    if tree.args.get("default") is not None:
        places.append((tree, "default"))
    for place, key in places:
        inside: list[str] = []
        place.set(key, _expand(place.args[key], zone, inside))
        filled += [_sql(_only(tree, place, _template(text))) for text in inside]
    return tree


def _only(tree: exp.Case, place: exp.Expr, value: exp.Expr) -> exp.Expr:
    """Copy a case so that one of its branches has a value and all others nothing."""
    whens = [
        (branch.this.copy(), value.copy() if branch is place else exp.null())
        for branch in tree.args["ifs"]
    ]
    otherwise = value.copy() if place is tree else None
    ifs = [exp.If(this=when, true=then) for when, then in whens]
    this = tree.this.copy() if tree.this is not None else None
    return exp.Case(this=this, ifs=ifs, default=otherwise)


def _expand_item(item: object, zone: str, filled: list[str]) -> object:
    """Expand one item of a list of arguments."""
    return _expand(item, zone, filled) if isinstance(item, exp.Expr) else item


def _meaning(
    name: str, argument: exp.Expr, formats: list[exp.Expr], zone: str
) -> exp.Expr:
    """Return what one house function means."""
    stated = exp.Literal.string(zone)
    if name not in OF_FORMATS:
        return _filled(HOUSE[name], {"x": argument, "zone": stated})
    plain = _filled(f"trim({_HALF})", {"x": argument})
    tries = [
        _filled(HOUSE[name], {"x": x, "f": f})
        for x in (argument, plain)
        for f in formats
    ]
    if name == "partial_of":
        tries.append(_filled(PARTIAL, {"x": argument}))
    return exp.func("coalesce", *tries)


def _filled(template: str, values: dict[str, exp.Expr]) -> exp.Expr:
    """Put arguments into the places of a template."""

    def put(node: exp.Expr) -> exp.Expr:
        is_place = isinstance(node, exp.Placeholder) and node.name in values
        return values[node.name].copy() if is_place else node

    return _template(template).copy().transform(put)


@cache
def _template(text: str) -> exp.Expr:
    """Read a template once."""
    return sqlglot.parse_one(text, dialect="duckdb")


def _sql(tree: exp.Expr) -> str:
    """Write an expression for DuckDB."""
    return tree.sql(dialect="duckdb")
