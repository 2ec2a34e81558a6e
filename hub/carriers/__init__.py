"""Carriers: who sends declarations for others, how many a day, how well; their manifests and arrivals."""
