"""Splink 5 on cleaned columns, as an expert would set it up; run by the peers' Python.

`python splink_persons.py IN.parquet OUT.parquet`: reads unique_id, name, sound,
surname, sex, birth, number, phone, address, road; writes unique_id and one column of
clusters for each threshold; prints seconds, CPU seconds and megabytes as JSON.
"""

import json
import resource
import sys
import time

THRESHOLDS = (0.5, 0.9, 0.99, 0.999)


# The blocking rules, each its columns.
RULES = (
    ("number",),
    ("name", "birth"),
    ("phone", "surname"),
    ("sound", "substr(birth, 1, 7)"),
    ("phone", "birth"),
    ("address", "sound"),
    ("surname", "birth", "sex"),
    ("address", "birth"),
    ("name", "address"),
    ("substr(number, 1, 14)", "sex"),
    ("substr(number, 7, 12)",),
    ("name", "phone"),
)


def settings():
    """Return blocking rules and comparisons: levels as in our own columns."""
    import splink.comparison_level_library as level  # noqa: PLC0415 - peers' Python only
    import splink.comparison_library as library  # noqa: PLC0415 - peers' Python only
    from splink import SettingsCreator, block_on  # noqa: PLC0415 - peers' Python only

    def steps(column: str, *between: object, tf: bool = False) -> object:
        exact = level.ExactMatchLevel(column, term_frequency_adjustments=tf)
        return library.CustomComparison(
            comparison_levels=[
                level.NullLevel(column), exact, *between, level.ElseLevel()
            ],
            output_column_name=column,
        )  # fmt: skip

    return SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        comparisons=[
            steps(
                "name",
                level.CustomLevel("sound_l = sound_r"),
                level.DamerauLevenshteinLevel("name", 1),
                level.CustomLevel("surname_l = surname_r"),
                tf=True,
            ),
            steps("birth", *_near_dates(level)),
            steps("sex"),
            steps(
                "number",
                level.DamerauLevenshteinLevel("number", 1),
                level.DamerauLevenshteinLevel("number", 2),
            ),
            steps("phone", level.DamerauLevenshteinLevel("phone", 1)),
            steps("address", level.CustomLevel("road_l = road_r"), tf=True),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def _near_dates(level):
    """Return the levels of two dates that differ a little."""
    return (
        level.DamerauLevenshteinLevel("birth", 1),
        level.CustomLevel("substr(birth_l, 1, 7) = substr(birth_r, 1, 7)"),
        level.CustomLevel("substr(birth_l, 1, 4) = substr(birth_r, 1, 4)"),
    )


def persons(place: str):
    """Train, predict and cluster the table at a place; one column a threshold."""
    import duckdb  # noqa: PLC0415 - the peers' own
    from splink import DuckDBAPI, Linker, block_on  # noqa: PLC0415 - peers' Python only

    connection = duckdb.connect()
    connection.execute(f"create table people as from '{place}'")
    api = DuckDBAPI(connection)
    people = api.register(connection.table("people").to_arrow_table())
    linker = Linker(people, settings(), log_level=50)
    rules = [block_on("number"), block_on("name", "birth", "phone")]
    train = linker.training
    train.estimate_probability_two_random_records_match(rules, recall=0.8)
    train.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("name", "birth"), block_on("number"), block_on("phone")):
        train.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    out = connection.sql("select unique_id from people order by all").to_arrow_table()
    for threshold in THRESHOLDS:
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            found, threshold_match_probability=threshold
        )
        one = clusters.as_pyarrow_table().sort_by("unique_id")
        out = out.append_column(f"at_{threshold}", one["cluster_id"])
    return out


def main() -> None:
    """Link, write the persons, and print what it cost."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - the peers' own

    start = time.perf_counter()
    pq.write_table(persons(sys.argv[1]), sys.argv[2])
    used = resource.getrusage(resource.RUSAGE_SELF)
    cost = {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_mb": used.ru_maxrss / 1024,
    }
    print(json.dumps(cost))


if __name__ == "__main__":
    main()
