"""Fills in the form of a parcel as a person would; nothing in it is real."""

import re

import httpx

FORM = {
    "tracking_number": "RB000000001CN",
    "mode": "5",
    "shop": "Bright Trading Co",
    "shop_country": "CN",
    "currency": "USD",
    "freight": "4,20",
    "gross_kg": "0.85",
    "phone": "050 123 45 67",
    "city": "Bakı",
    "line": "Nizami küçəsi 12, mənzil 4",
    "postcode": "AZ1000",
    "items": "1",
    "item-0-description": "Cotton T-shirts, knitted, for men",
    "item-0-quantity": "2",
    "item-0-value": "19,90",
    "item-0-hs_code": "6109.10",
    "item-0-origin": "CN",
}
REFERENCE = "C-0001"


def typed(**changes: str) -> dict[str, str]:
    """Fill in the form; a change is named as its field with ``_`` for ``-`` within an item's name."""
    named = {re.sub(r"^item_(\d)_", r"item-\1-", name): value for name, value in changes.items()}
    return {"reference": REFERENCE, "action": "check", **FORM, **named}


def hidden(page: str, name: str) -> str:
    """Read what a page's form carries along."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else ""


def send(client: httpx.Client, form: dict[str, str]) -> httpx.Response:
    """Check the form and send it, as the two buttons do."""
    checked = hidden(client.post("/app/declare", data=form).text, "checked")
    return client.post("/app/declare", data={**form, "action": "send", "checked": checked})
