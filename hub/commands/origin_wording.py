"""What each reason for a verdict means, in the words of the command line. Pure."""

from hub.origin.chain.facts import Provenance
from hub.origin.verifying.verdict import Ground, Reason, Verification

GROUNDS = {
    Ground.ANCHORED: "its batch stands on the chain, by an authority that its state listed then",
    Ground.MALFORMED: "it cannot be read as a certificate",
    Ground.OTHER_REGISTRY: "it belongs to another registry or another chain",
    Ground.NOT_ANCHORED: "nothing leads from it to a batch on the chain: it was altered or never issued",
    Ground.PROOF_LENGTH: "its way to the root does not fit the batch: it is no certificate",
    Ground.ISSUER_NOT_LISTED: "its state lists no such authority",
    Ground.ISSUER_OF_ANOTHER_STATE: "the authority is another state's",
    Ground.NOT_AN_ISSUER: "the authority may not issue certificates",
    Ground.BEFORE_AUTHORITY: "it was anchored before the authority was listed",
    Ground.AFTER_AUTHORITY: "it was anchored after the authority's listing ended or its key was given up",
    Ground.BACK_DATED: "its day lies long before its anchoring, and it is not marked as issued in retrospect",
    Ground.POST_DATED: "its day lies after its anchoring",
    Ground.EXPIRED: "it is presented later than its form allows",
    Ground.REVOKED: "its authority has revoked it",
    Ground.QUANTITY_USED: "other shipments have used so much that too little is left",
    Ground.UNKNOWN_LINE: "the shipment draws on a line that it does not have",
    Ground.SUSPENDED: "its authority has suspended it",
    Ground.UNKNOWN_FORM: "no template of its form is installed here",
    Ground.SNAPSHOT_TOO_OLD: "it may have been anchored after what is kept on site",
    Ground.SNAPSHOT_STALE: "what is kept on site is too old: a revocation might be missing",
    Ground.NODES_UNREACHABLE: "too few nodes answer",
    Ground.NODES_DISAGREE: "the nodes do not agree",
    Ground.PROOF_REFUSED: "what the nodes answered does not follow from the block they agree on",
    Ground.NODES_BEHIND: "the newest block the nodes agree on is too old",
    Ground.NO_SNAPSHOT: "nothing usable is kept on site",
    Ground.NOT_CONFIGURED: "no registry is set up in [origin]",
}
SOURCES = {Provenance.PROVEN: "proven by the chain", Provenance.SNAPSHOT: "by what is kept on site"}


def describe(found: Verification) -> str:
    """Write a verdict as a few lines."""
    lines = [found.verdict.name.replace("_", " "), *(f"  {words_of(reason)}" for reason in found.reasons)]
    if found.anchored_at is not None:
        lines.append(f"  anchored {found.anchored_at:%Y-%m-%d %H:%M} UTC")
    if found.as_of is not None and found.provenance is not None:
        source = SOURCES[found.provenance]
        lines.append(f"  {source}, as of block {found.as_of.number}, {found.as_of.at:%Y-%m-%d %H:%M} UTC")
    lines += [f"  line {line}: {parts / 10_000_000:.2f} % left" for line, parts in sorted(found.left.items())]
    return "\n".join(lines)


def words_of(reason: Reason) -> str:
    """Write one reason, with what it is about."""
    return GROUNDS[reason.ground] + (f" ({reason.detail})" if reason.detail else "")
