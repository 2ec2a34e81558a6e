"""The edge's numbers for Prometheus, read from the lane's state when they are asked for."""

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from edge_agent.vision.pipeline import PipelineCounters
from sync.lane_messages import LaneState

LIVE = "live"


class LaneCollector(Collector):
    """Turns a lane's state and counters into metrics; holds no number of its own."""

    def __init__(self, state: Callable[[], LaneState], counters: Callable[[], PipelineCounters]) -> None:
        self._state = state
        self._counters = counters

    def collect(self) -> Iterable[Metric]:
        """Read everything once."""
        state, counters = self._state(), self._counters()
        yield from _pipeline_metrics(counters)
        yield from _camera_metrics(state)
        yield _gauge("kechid_tracks", "Faces followed now.", state.tracks_now)
        yield _gauge("kechid_unusable_faces", "Faces the guard is asked to look at now.", state.unusable_now)
        yield _gauge("kechid_open_alerts", "Alerts nobody has answered.", state.open_alerts)
        yield _gauge(
            "kechid_outbox_messages", "Messages the hub has not acknowledged.", state.uplink.queue_depth
        )
        yield _gauge("kechid_uplink_up", "1 while the hub is connected.", int(state.uplink.is_connected))
        yield _gauge("kechid_degraded", "1 while something of the lane is missing.", int(state.is_degraded))
        lists = GaugeMetricFamily("kechid_watchlist_version", "Version searched.", labels=["list"])
        for each in state.watchlists:
            lists.add_metric([each.list_id], each.version)
        yield lists
        warnings = GaugeMetricFamily("kechid_warning", "1 for each warning in force.", labels=["code"])
        for code in state.warnings:
            warnings.add_metric([code], 1)
        yield warnings


def metrics_text(collector: LaneCollector) -> bytes:
    """Write the text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)
    return generate_latest(registry)


def _pipeline_metrics(counters: PipelineCounters) -> Iterable[Metric]:
    for name, help_text, value in (
        ("frames", "Frames searched for faces.", counters.frames),
        ("late_frames", "Frames too old to time an alert.", counters.late),
        ("clock_jumps", "Times a camera's clock ran back.", counters.clock_jumps),
        ("faces", "Faces detected.", counters.faces),
        ("tracks", "Tracks seen in two frames or more.", counters.tracks),
        ("rejoined_tracks", "Tracks that continued one lost from sight.", counters.rejoins),
        ("split_tracks", "Tracks that began when another person took one over.", counters.splits),
        ("gated_faces", "Faces too poor to search.", counters.gated),
        ("unusable_tracks", "Tracks no search says anything of: the guard was to look.", counters.unusable),
        ("searches", "Probes compared with a list.", counters.searches),
        ("alerts", "Alerts raised.", counters.alerts),
    ):
        yield CounterMetricFamily(f"kechid_{name}", help_text, value)
    reasons = CounterMetricFamily(
        "kechid_unusable_tracks_by_reason", "The same by what was wrong, each.", labels=["reason"]
    )
    for reason, number in sorted(counters.unusable_by_reason.items()):
        reasons.add_metric([reason], number)
    yield reasons


def _camera_metrics(state: LaneState) -> Iterable[Metric]:
    up = GaugeMetricFamily("kechid_camera_up", "1 while the camera is live.", labels=["camera"])
    age = GaugeMetricFamily("kechid_frame_age_seconds", "Age of the newest frame.", labels=["camera"])
    dropped = CounterMetricFamily(
        "kechid_camera_dropped_frames", "Frames nobody looked at.", labels=["camera"]
    )
    for camera in state.cameras:
        up.add_metric([camera.camera_id], int(camera.status == LIVE))
        dropped.add_metric([camera.camera_id], camera.dropped)
        if camera.frame_age_ms is not None:
            age.add_metric([camera.camera_id], camera.frame_age_ms / 1000)
    return (up, age, dropped)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value)
