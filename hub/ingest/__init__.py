"""From MQTT into the store: inbox and projection in one transaction, then the acknowledgement."""
