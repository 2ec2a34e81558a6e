"""Checks of certificates by officers: how long they take, how often they are wrong."""
