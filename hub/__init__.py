"""Central hub: ingest, watchlists, cases, devices, API and web console."""
