"""Declarations of carriers over MQTT, each answered for, and decisions as they fall."""
