"""What changes at the hub, shown while it happens."""
