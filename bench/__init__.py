"""Measured claims: each prints its figure, the peer's on the same work, the ratio."""
