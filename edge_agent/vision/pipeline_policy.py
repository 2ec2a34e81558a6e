"""Pure: every number a lane's pipeline decides by."""

from dataclasses import dataclass, field

from edge_agent.alerts.alerting import AlertPolicy
from edge_agent.decision.identification import DecisionPolicy
from edge_agent.vision.best_shot import BestShotPolicy
from edge_agent.vision.quality import QualityGate
from edge_agent.vision.track_record import SearchPolicy
from edge_agent.vision.tracking import TrackerPolicy
from edge_agent.vision.usability import UsabilityPolicy


@dataclass(frozen=True, slots=True)
class PipelinePolicy:
    """Every number the pipeline decides by."""

    tracker: TrackerPolicy = field(default_factory=TrackerPolicy)
    gate: QualityGate = field(default_factory=QualityGate)
    shots: BestShotPolicy = field(default_factory=BestShotPolicy)
    search: SearchPolicy = field(default_factory=SearchPolicy)
    decision: DecisionPolicy = field(default_factory=DecisionPolicy)
    alerts: AlertPolicy = field(default_factory=AlertPolicy)
    rejoin_s: float = 2.5
    """For how long a track that was lost may be continued by whoever shows the same face."""
    usability: UsabilityPolicy = field(default_factory=UsabilityPolicy)
