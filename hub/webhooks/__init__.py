"""Webhooks: what happened at the hub, told to other systems (https://www.standardwebhooks.com)."""
