"""Faults driven into real processes by hand: `python -m tools faults DATABASE RUNS`."""
