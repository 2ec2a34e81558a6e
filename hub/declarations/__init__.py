"""Declarations: taken in, cleansed, assessed and decided before the goods arrive."""
