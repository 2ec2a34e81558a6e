"""What the hub may tell the device: settings, a model pack, a restart."""
