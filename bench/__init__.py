"""Benchmarks: each row is measured against the floor of its kind in the same run.

Only the ratio counts. Times swing with the machine; `floor_us` is there to be judged by.
"""
