"""Configuration of what stands in front of several hub processes."""
