"""Tests of what the hub may tell the device."""
