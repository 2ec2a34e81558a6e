"""Certificates on paper: the code on them and the text around it."""
