"""Checking certificates of origin where goods come in: verdicts, officers' decisions, how often both err."""
