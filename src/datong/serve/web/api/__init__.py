"""JSON for programs, under `/api/v1`: the same reads through the same gate."""
