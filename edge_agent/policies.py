"""Pure but for key files: an appliance's settings as the values that its parts decide by."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from edge_agent.alerts.alerting import AlertPolicy
from edge_agent.crossings.frequent_crossers import WINDOWS
from edge_agent.crossings.rules import CrossingRule
from edge_agent.decision.calibration import FalseAlarmBudget
from edge_agent.decision.identification import DecisionPolicy
from edge_agent.settings import EdgeSettings, MatchingSection, RuleSection
from edge_agent.vision.pipeline import PipelinePolicy
from edge_agent.vision.quality import QualityGate
from edge_agent.watchlists.updates import Build
from edge_agent.watchlists.watchlist import KnownGallery, Watchlist, build_watchlist
from models.engine import FaceEngine
from sync.signing import key_id, load_public_key
from sync.watchlist_package import WatchlistPackage


def rule_of(section: RuleSection) -> CrossingRule:
    """Translate a rule of the settings."""
    within = WINDOWS[section.within]
    return CrossingRule(
        section.name, section.at_least, within, section.list, section.category, section.direction
    )


def policy_of(matching: MatchingSection) -> PipelinePolicy:
    """Translate the settings into the pipeline's numbers."""
    quality = matching.quality
    gate = QualityGate(
        min_face_width=quality.min_face_width,
        min_sharpness=quality.min_sharpness,
        min_luma=quality.min_luma,
        max_luma=quality.max_luma,
        max_yaw_ratio=quality.max_yaw_ratio,
    )
    return PipelinePolicy(
        gate=gate,
        decision=DecisionPolicy(min_margin=matching.min_margin, lookalike_margin=matching.lookalike_margin),
        alerts=AlertPolicy(crossing_window_s=matching.crossing_window_s),
    )


def budget_of(matching: MatchingSection) -> FalseAlarmBudget:
    """Translate the settings into the lane's budget."""
    return FalseAlarmBudget(
        matching.allowed_false_alarms_per_day, matching.travellers_per_day, matching.review_factor
    )


def builder(engine: FaceEngine, matching: MatchingSection) -> Build:
    """Make the function that turns a package into a searchable list under the lane's budget."""
    budget = budget_of(matching)

    def build(package: WatchlistPackage, now: datetime, known: KnownGallery | None) -> Watchlist:
        contract = engine.extractor.contract
        return build_watchlist(package, engine.calibration, budget, now, contract=contract, known=known)

    return build


def trusted_keys(settings: EdgeSettings) -> Mapping[str, Ed25519PublicKey]:
    """Read the hub's signing key; empty when none is set; raises `SyncError` naming the file."""
    if not settings.keys.hub_public:
        return {}
    key = load_public_key(Path(settings.keys.hub_public))
    return {key_id(key): key}
