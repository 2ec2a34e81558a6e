"""Issued certificates of origin in words: fields, states of batches, acts and their reasons. Pure."""

from hub.console.wording import mark

FIELDS = {
    "number": mark("Number of the certificate"),
    "issued_on": mark("Day of issue"),
    "exporter.name": mark("Exporter: name"),
    "exporter.address": mark("Exporter: address"),
    "exporter.id": mark("Exporter: tax number"),
    "consignee.name": mark("Consignee: name"),
    "consignee.address": mark("Consignee: address"),
    "consignee.id": mark("Consignee: tax number"),
    "transport": mark("Means of transport and route"),
    "destination_state": mark("State of destination"),
    "origin_state": mark("State of origin"),
    "remarks": mark("Remarks"),
    "retrospective": mark("Issued in retrospect: the words on the form"),
    "replaces": mark("Replaces the certificate"),
    "duplicate_of": mark("Duplicate of the certificate"),
    "endorsement.place": mark("Place of certification"),
    "declaration.place": mark("Exporter's declaration: place"),
    "declaration.date": mark("Exporter's declaration: day"),
    "items.N.marks": mark("Marks of the packages"),
    "items.N.packages": mark("Number and kind of packages"),
    "items.N.description": mark("Description of the goods"),
    "items.N.hs_code": mark("HS code"),
    "items.N.criterion": mark("Origin criterion"),
    "items.N.gross_mass_kg": mark("Gross mass, kg"),
    "items.N.net_mass_kg": mark("Net mass, kg"),
    "items.N.quantity": mark("Quantity"),
    "items.N.unit": mark("Unit"),
    "invoices.N.number": mark("Number of the invoice"),
    "invoices.N.date": mark("Day of the invoice"),
}
"""By pattern of `hub.origin.certificate.paths.KINDS`."""
ROWS = {"items": mark("Goods %(number)s"), "invoices": mark("Invoice %(number)s")}
PROGRESS = {
    "open": mark("Waits for its batch"),
    "closed": mark("Waits for the signature"),
    "signed": mark("Signed"),
    "sent": mark("On its way to the chain"),
    "anchored": mark("Anchored"),
}
PROGRESS_TONES = {"anchored": "good", "sent": "accent", "signed": "accent"}
STATUSES = {"good": mark("In force"), "suspended": mark("Suspended"), "revoked": mark("Revoked")}
STATUS_TONES = {"good": "good", "suspended": "warn", "revoked": "bad"}
ACTS = {"good": mark("Restore"), "suspended": mark("Suspend"), "revoked": mark("Revoke")}
ACT_PROGRESS = {
    "waiting": mark("Waits for a second officer"),
    "approved": mark("Approved"),
    "sent": mark("On its way to the chain"),
    "confirmed": mark("Stands on the chain"),
    "rejected": mark("Rejected"),
    "failed": mark("Refused by the registry"),
}
ACT_TONES = {"waiting": "warn", "approved": "accent", "sent": "accent", "confirmed": "good", "failed": "bad"}
REASONS = {
    "issued-in-error": mark("Issued in error"),
    "replaced": mark("Replaced by another certificate"),
    "not-originating": mark("The goods do not originate there"),
    "at-exporters-request": mark("At the exporter's request"),
    "lost-or-stolen": mark("Lost or stolen"),
    "under-verification": mark("Under verification"),
    "forged-application": mark("The application was forged"),
}
REFUSALS = {
    "other-state": mark("Another state issues such a certificate."),
    "unknown": mark("There is no such form."),
    "repeated": mark("The number stands there twice."),
    "taken": mark("The number was issued with another content."),
    "in-the-future": mark("The day has not come yet."),
    "unknown-field": mark("The form has no box for it."),
    "too-long": mark("It does not fit in its box."),
    "missing": mark("It is missing."),
    "repeated-name": mark("The field stands there twice."),
    "malformed-json": mark("It cannot be read."),
}
UNFIT = mark("It is not written as the form needs it.")
CONFLICTS = {
    "same-person": mark("Another officer has to approve what you proposed."),
    "another-act": mark("Another act on this certificate is under way."),
    "not-anchored": mark("The certificate is not anchored yet: the registry does not know it."),
    "already-so": mark("The certificate is so already."),
    "revoked": mark("A revoked certificate stays revoked."),
    "already-decided": mark("It was decided in the meantime."),
    "no-replacement": mark("No other certificate of that number was issued here."),
    "no-authority": mark("No certificates are issued at this hub: no authority is set up."),
}
