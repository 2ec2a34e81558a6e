"""Machines that call the API: who they are, how they prove it, what their tokens allow."""
