"""Builds parcels as a carrier declares them; nobody and nothing in them is real."""

from typing import Any


def parcel(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Make a low-value declaration, as JSON would hold it."""
    return {
        "reference": f"P-{number}",
        "tracking_number": f"RB{number:09d}CN",
        "mode": "4",
        "is_personal": False,
        "consignor": {
            "name": "Bright Trading Co",
            "country": "CN",
            "city": "Shenzhen",
            "line": "88 Futian Road",
        },
        "consignee": {
            "name": "Leyla Əliyeva",
            "country": "AZ",
            "id": "5ABC12D",
            "city": "Bakı",
            "line": "Nizami küçəsi 12, mənzil 4",
            "postcode": "AZ1000",
            "phone": "+994501234567",
        },
        "export_country": "CN",
        "arrives_at": "2026-12-01T08:00:00Z",
        "freight": {"value": "4.20", "currency_id": "USD"},
        "gross_kg": "0.85",
        "items": [
            {
                "description": "Cotton T-shirts, knitted, for men",
                "hs_code": "610910",
                "quantity": "2",
                "gross_kg": "0.8",
                "net_kg": "0.7",
                "value": {"value": "19.90", "currency_id": "USD"},
                "origin": "CN",
            }
        ],
    } | changes
