"""On-site application: cameras to alerts, the lane API, the alert store."""
