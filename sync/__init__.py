"""Published messages, durable outbox and inbox, MQTT relay."""
