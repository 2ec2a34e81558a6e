"""Web console of the hub: server-rendered pages in Azerbaijani, Russian and English."""
