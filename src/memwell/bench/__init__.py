"""Benchmarks: published data and metrics, run against a memory and against simple baselines."""
