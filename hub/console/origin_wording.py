"""Codes of checks of certificates of origin in words. Pure."""

from hub.console.wording import mark

VERDICTS = {
    "valid": mark("Valid"),
    "invalid": mark("Not valid"),
    "cannot-tell": mark("Cannot tell"),
}
VERDICT_TONES = {"valid": "good", "invalid": "bad", "cannot-tell": "warn"}
GROUNDS = {
    "anchored": mark("Anchored by an authority that its state had listed."),
    "malformed": mark("It cannot be read as a certificate at all."),
    "other-registry": mark("It belongs to another registry, such as one for tests."),
    "not-anchored": mark("Nothing leads from it to the chain: it was altered, or never issued."),
    "proof-length": mark("Its proof does not fit its batch."),
    "issuer-not-listed": mark("Its state lists no such authority."),
    "issuer-of-another-state": mark("The authority belongs to another state."),
    "not-an-issuer": mark("The authority may not issue certificates."),
    "before-authority": mark("It was anchored before the authority was listed."),
    "after-authority": mark("It was anchored after the authority's listing had ended."),
    "back-dated": mark("Its day lies long before its anchoring, and it does not say why."),
    "post-dated": mark("Its day lies after its anchoring."),
    "expired": mark("It is presented later than its form allows."),
    "revoked": mark("Its authority has revoked it."),
    "quantity-used": mark("Other shipments have used so much that too little is left."),
    "unknown-line": mark("The shipment uses a line that the certificate does not have."),
    "suspended": mark("Its authority has suspended it and has not decided yet."),
    "unknown-form": mark("No template of its form is installed here."),
    "snapshot-too-old": mark("It may have been anchored after what is kept on site."),
    "snapshot-stale": mark("What is kept on site is older than allowed; a revocation may be missing."),
    "nodes-unreachable": mark("Too few nodes of the chain answer."),
    "nodes-disagree": mark("The nodes of the chain do not agree."),
    "proof-refused": mark("What a node answered is not proven."),
    "nodes-behind": mark("The nodes of the chain are behind."),
    "no-snapshot": mark("Nothing of the chain is kept on site yet."),
    "not-configured": mark("No registry is set up at this hub."),
}
COVERING = {
    "hs-code-differs": mark("Its goods have another HS code."),
    "consignee-differs": mark("It names another consignee."),
    "origin-differs": mark("It states another origin."),
    "destination-differs": mark("It is for another country."),
    "quantity-exceeds": mark("More is declared than it has."),
    "quantity-unknown": mark("Certificate and declaration state no measure in common."),
    "not-received": mark("No certificate of this number has come."),
    "several-of-that-number": mark("Several certificates have this number."),
    "not-verified-yet": mark("Nobody has looked at it yet."),
    "verdict-outdated": mark("The verdict is older than allowed; it has to be looked at once more."),
}
"""Why a certificate that may be valid does not cover what is declared."""
METHODS = {
    "paper": mark("By eye"),
    "code-online": mark("By code, asking the chain"),
    "code-offline": mark("By code, from what is kept on site"),
    "file": mark("By file"),
    "api": mark("By a program"),
}
DECISIONS = {
    "accept": mark("Accept"),
    "refuse": mark("Refuse"),
    "refer": mark("Refer to the issuing authority"),
}
DECIDED = {
    "accept": mark("Accepted"),
    "refuse": mark("Refused"),
    "refer": mark("Referred"),
}
DECIDED_TONES = {"accept": "good", "refuse": "bad", "refer": "accent"}
TRUTHS = {
    "genuine": mark("Genuine"),
    "false": mark("False"),
    "unknown": mark("Nobody could say"),
}
MATCHES = {
    "agrees": mark("✓ agrees"),
    "differs": mark("✗ differs"),
    "not-compared": mark("? look"),
}
MATCH_TONES = {"agrees": "good", "differs": "bad", "not-compared": "warn"}
DRAWS = {
    "planned": mark("Held"),
    "provisional": mark("Released, the registry does not know yet"),
    "sent": mark("Being told to the registry"),
    "confirmed": mark("In the registry"),
    "refused": mark("Refused: others were first"),
    "settled": mark("Refused, and settled"),
}
DRAW_TONES = {"confirmed": "good", "refused": "bad", "provisional": "warn", "sent": "accent"}
SETTLEMENTS = {
    "duty-claimed": mark("The duty spared is claimed"),
    "other-proof": mark("Another proof of origin covers the goods"),
    "nothing-owed": mark("Nothing was spared, nothing is owed"),
}
ARMS = {"before": mark("By eye, as before"), "after": mark("By code and chain")}
PROBLEMS = {
    "missing": mark("Nothing was presented: choose a file or picture, or paste the text of the code."),
    "no-code": mark("No code was found on the picture. Take it closer, straight, in good light."),
    "not-a-code": mark("This is no code of a certificate of origin."),
    "other-keyboard": mark(
        "The keyboard is set to another language, or Caps Lock is on: what the scanner typed came out as"
        " other letters. Set it to English (US) and scan again."
    ),
    "several-certificates": mark("These are codes of several certificates. Present one at a time."),
    "missing-sheet": mark("A sheet is missing. Present the codes of all sheets together."),
    "damaged": mark("The codes do not belong together, or one is damaged."),
    "too-long": mark("This is larger than a certificate can be."),
}
UNREADABLE = mark(
    "This cannot be read as a certificate. That says nothing against it: try the code or the file."
)
NEEDS_REASON = mark("Say why. Only a valid certificate is accepted without a reason.")
NOT_COMPARED = mark(
    "The verdict stands, but the paper could not be compared here: look at every box yourself."
)
NEEDS_ANOTHER = mark("You have proposed to refuse it. A second person has to agree.")
