"""Tests of cleansing."""
