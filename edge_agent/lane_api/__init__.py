"""The lane API: what the edge tells a terminal, over HTTP, and what officers answer."""
