"""Cameras, barrier, beacon, passport reader: ports, drivers and simulators."""
