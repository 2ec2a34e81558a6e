"""The devices the hub knows."""
