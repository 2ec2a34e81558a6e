"""Duties and limits of persons."""
