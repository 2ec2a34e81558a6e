"""People and what they did: users, roles, sessions, log of looks, audit chain."""
