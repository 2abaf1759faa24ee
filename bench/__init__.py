"""Benchmarks: ratios against a floor measured in the same run on the same database.

docs/benchmarks.md says what is measured and how to read it.
"""
