"""Match, review or non-match: thresholds from allowed false alarms and from a lane's own scores."""
