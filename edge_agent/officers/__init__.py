"""Officers at the lane: logins that work offline, sessions, failed attempts."""
