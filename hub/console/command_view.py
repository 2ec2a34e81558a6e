"""Commands, settings and roll-outs in words. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hub.console.presenting import Badge
from hub.console.reader import Moment, Reader
from hub.console.wording import mark, word
from hub.fleet.allowed_settings import ALLOWED, Settings
from hub.fleet.commands import CommandRow, Progress
from hub.fleet.rollout_progress import Rollout, RolloutDevice, RolloutState, Standing

COMMANDS = {
    "configure": mark("Settings"),
    "use-pack": mark("Model pack"),
    "restart": mark("Restart"),
}
PROGRESS = {
    "waiting": mark("Waits for the device"),
    "applied": mark("Done"),
    "at-next-start": mark("At its next start"),
    "refused": mark("Refused"),
    "withdrawn": mark("Withdrawn"),
}
REASONS = {
    "not-trusted": mark("The device does not trust the hub's signature, or it came too late."),
    "expired": mark("Its time was over before it could be done."),
    "unknown-command": mark("The device does not know this command."),
    "older-settings": mark("Newer settings are in force on the device."),
    "pack-missing": mark("The pack's files are not on the device, or they are damaged."),
    "pack-not-accepted": mark("The pack's licence is not accepted on the device."),
    "pack-unfit": mark("The pack does not fit the watchlists on the device."),
    "restart-needed": mark("It takes effect when the device's software starts again."),
}
SETTINGS = {
    "allowed_false_alarms_per_day": mark("Allowed false alarms a day"),
    "travellers_per_day": mark("Travellers a day"),
    "shadow": mark("Shadow mode"),
    "preview_mask": mark("Masked preview"),
}
TRUTHS = {"true": mark("on"), "false": mark("off")}
OWN = mark("as on the device")
ROLLOUT_STATES = {
    "running": (mark("Running"), "accent"),
    "paused": (mark("Paused"), "warn"),
    "finished": (mark("Finished"), "good"),
    "stopped": (mark("Stopped"), ""),
}
STANDINGS = {
    "later": (mark("Not yet"), ""),
    "waiting": (mark("Waits for the device"), "accent"),
    "at-next-start": (mark("At its next start"), "accent"),
    "done": (mark("Runs the pack"), "good"),
    "refused": (mark("Refused"), "bad"),
    "overdue": (mark("No answer in time"), "bad"),
}
STAGES = (mark("First devices"), mark("A share of all"), mark("All"))
DEVICES_SHOWN = 100
_URGENCY = (
    Standing.REFUSED,
    Standing.OVERDUE,
    Standing.WAITING,
    Standing.AT_NEXT_START,
    Standing.LATER,
    Standing.DONE,
)
_TONES = {"applied": "good", "refused": "bad", "waiting": "accent", "at-next-start": "accent"}


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command on a device's page."""

    name: str
    badge: Badge
    reason: str
    detail: str
    issued_by: str
    issued: Moment


def present_command(one: CommandRow, now: datetime, reader: Reader) -> CommandLine:
    """Word a command."""
    words = reader.language.words
    badge = Badge(word(PROGRESS, one.state.value, words), _TONES.get(one.state.value, ""))
    if one.is_over(now):
        badge = Badge(words.gettext("No answer in time"), "bad")
    return CommandLine(
        name=word(COMMANDS, one.name, words),
        badge=badge,
        reason="" if one.state is Progress.APPLIED else reason_words(one.reason, reader),
        detail=one.arguments.get("pack", ""),
        issued_by=one.issued_by,
        issued=reader.moment(one.issued_at),
    )


def reason_words(reason: str, reader: Reader) -> str:
    """Word a device's reason; one that names a setting is shown as it came."""
    return word(REASONS, reason, reader.language.words)


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting and its value in words."""

    name: str
    title: str
    value: str


def present_settings(settings: Settings, reader: Reader) -> tuple[SettingLine, ...]:
    """Word every setting; one that is not given says so."""
    words = reader.language.words
    return tuple(
        SettingLine(name, word(SETTINGS, name, words), setting_value(settings.get(name, ""), reader))
        for name in ALLOWED
    )


def setting_value(text: str, reader: Reader) -> str:
    """Word one value; empty: as on the device."""
    words = reader.language.words
    if not text:
        return words.gettext(OWN)
    if text in TRUTHS:
        return word(TRUTHS, text, words)
    return text if reader.language.code == "en" else text.replace(".", ",")


@dataclass(frozen=True, slots=True)
class StageLine:
    """How far one stage is."""

    title: str
    devices: int
    done: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class RolloutDeviceLine:
    """One device of a roll-out."""

    device: RolloutDevice
    badge: Badge
    reason: str


@dataclass(frozen=True, slots=True)
class RolloutView:
    """A roll-out on its page and in the list."""

    rollout: Rollout
    badge: Badge
    made: Moment
    done: int
    stages: tuple[StageLine, ...]
    lines: tuple[RolloutDeviceLine, ...]
    """Those that somebody has to look at first; at most `DEVICES_SHOWN`."""
    hidden: int
    """Devices that are not among the lines."""
    may_advance: bool
    may_pause: bool
    may_resume: bool
    may_stop: bool


def present_rollout(one: Rollout, reader: Reader) -> RolloutView:
    """Word a roll-out with its stages and devices."""
    is_running, is_paused = one.state is RolloutState.RUNNING, one.state is RolloutState.PAUSED
    return RolloutView(
        rollout=one,
        badge=rollout_badge(one.state, reader),
        made=reader.moment(one.made_at),
        done=_done(one.devices),
        stages=tuple(_stages(one, reader)),
        lines=tuple(_line(device, reader) for device in _first(one.devices)),
        hidden=max(0, len(one.devices) - DEVICES_SHOWN),
        may_advance=is_running and one.is_stage_done and len(one.open_devices) < len(one.devices),
        may_pause=is_running,
        may_resume=is_paused,
        may_stop=is_running or is_paused,
    )


def rollout_badge(state: RolloutState, reader: Reader) -> Badge:
    """Name the state of a roll-out."""
    title, tone = ROLLOUT_STATES[state.value]
    return Badge(reader.language.words.gettext(title), tone)


def _first(devices: tuple[RolloutDevice, ...]) -> list[RolloutDevice]:
    return sorted(devices, key=lambda one: _URGENCY.index(one.standing))[:DEVICES_SHOWN]


def _stages(one: Rollout, reader: Reader) -> list[StageLine]:
    found = []
    for stage, title in enumerate(STAGES):
        devices = tuple(device for device in one.devices if device.stage == stage)
        if devices:
            name = reader.language.words.gettext(title)
            found.append(StageLine(name, len(devices), _done(devices), stage <= one.stage))
    return found


def _done(devices: tuple[RolloutDevice, ...]) -> int:
    return sum(device.standing is Standing.DONE for device in devices)


def _line(device: RolloutDevice, reader: Reader) -> RolloutDeviceLine:
    title, tone = STANDINGS[device.standing.value]
    badge = Badge(reader.language.words.gettext(title), tone)
    is_told = device.standing in (Standing.REFUSED, Standing.AT_NEXT_START)
    return RolloutDeviceLine(device, badge, reason_words(device.reason, reader) if is_told else "")
