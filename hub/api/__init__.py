"""The hub's HTTP API, version 1, and the application that carries it and the console."""
