"""Postal forms: CN22, CN23 and the item's advance data (ITMATT), read into typed values and converted."""
