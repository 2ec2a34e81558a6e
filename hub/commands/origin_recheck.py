"""`kechid-hub origin recheck`: what a verdict rested on, checked again without a chain."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from hub.commands.options import Commands, add_command_without_settings, settings_or_defaults
from hub.commands.origin_documents import read_document
from hub.commands.origin_wording import describe
from hub.commands.outcome import JobFailedError, Outcome
from hub.errors import HubError, InvalidInputError
from hub.origin.verifying.verdict import Verification

if TYPE_CHECKING:
    from hub.origin.chain.facts import ChainFacts
    from hub.origin.verifying.kept_evidence import KeptEvidence


def add_parsers(group: Commands) -> None:
    """Add the command."""
    summary = "follow the proof of a kept verdict again, from the block's hash on; asks nobody"
    recheck = add_command_without_settings(group, "recheck", recheck_one, summary)
    recheck.add_argument(
        "evidence", type=Path, metavar="EVIDENCE", help="what origin verify --evidence wrote"
    )
    again = "the certificate, to judge it again as of then: its file or its code"
    recheck.add_argument("files", type=Path, nargs="*", metavar="CERTIFICATE", help=again)


def recheck_one(options: argparse.Namespace) -> Outcome:
    """Check; raises `JobFailedError` where the proof breaks, or the verdict would be another one."""
    from hub.origin.registry.artifact import artifact
    from hub.origin.verifying.kept_evidence import read_kept, recheck

    try:
        kept = read_kept(options.evidence.read_bytes())
    except InvalidInputError as error:
        raise HubError(f"{options.evidence}: {error}") from error
    try:
        facts = recheck(kept, artifact().runtime_digest)
    except InvalidInputError as error:
        failed = Outcome(f"the proof does not hold: {error}", {"holds": False, "reason": str(error)})
        raise JobFailedError(failed) from error
    found = _judged(options, kept, facts) if options.files else None
    return _told(kept, facts, found)


def _judged(options: argparse.Namespace, kept: "KeptEvidence", facts: "ChainFacts") -> Verification:
    from hub.origin.bootstrap import terms_of
    from hub.origin.verifying.judging import Presentation, judge

    document = read_document(options.files)
    if (document.root, document.index) != (kept.question.root, kept.question.index):
        raise HubError(f"{options.evidence}: is of another certificate")
    presented = Presentation(kept.presented_at, kept.drawn)
    return judge(document, facts, presented, terms_of(settings_or_defaults(options).origin))


def _told(kept: "KeptEvidence", facts: "ChainFacts", found: Verification | None) -> Outcome:
    block = facts.block
    said = "a batch" if facts.anchor is not None else "no such batch"
    lines = [
        f"the proof holds: {said} of {kept.state} at block {block.number}, {block.at:%Y-%m-%d %H:%M} UTC",
        f"  block {block.digest.hex()}, named by {', '.join(kept.proof.nodes)}",
        f"  {kept.verdict.replace('_', ' ')} on {kept.presented_at:%Y-%m-%d %H:%M} UTC",
        *([] if found is None else ["judged again:", describe(found)]),
    ]
    told: dict[str, object] = {
        "holds": True,
        "block": block.number,
        "block_hash": block.digest.hex(),
        "nodes": kept.proof.nodes,
        "verdict": kept.verdict,
        "reasons": kept.reasons,
        "verdict_again": None if found is None else found.verdict.name,
    }
    outcome = Outcome("\n".join(lines), told)
    if found is not None and found.verdict.name != kept.verdict:
        raise JobFailedError(outcome)
    return outcome
