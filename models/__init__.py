"""Face networks: packs, detectors, extractors, templates."""
