"""Cleansing: what a declaration says in the standards' forms, and what is wrong or doubtful in it. Pure."""
