"""`kechid-hub site`, `lane`, `fleet`: places, settings, restarts and roll-outs."""

import argparse

from hub.commands.options import COMMAND_LINE, Commands, add_command, add_group, services_of
from hub.commands.outcome import Outcome
from hub.errors import FieldProblem, InvalidInputError
from hub.fleet.commands import CommandName, Order, issue
from hub.fleet.configuration import NewSettings, change_settings, preview_settings
from hub.fleet.devices import device
from hub.fleet.overview import site_counts
from hub.fleet.places import Direction, Lane, Site, SiteKind, put_lane, put_site
from hub.fleet.rollout_progress import Rollout, get_rollout, list_rollouts
from hub.fleet.rollouts import (
    NewRollout,
    open_next_stage,
    pause_rollout,
    resume_rollout,
    start_rollout,
    stop_rollout,
)
from hub.fleet.scope import parse_scope
from hub.people.audit import Act, record
from hub.store.database import reading, writing

ACTS = ("advance", "pause", "resume", "stop")
SHOWN = 20


def add_parsers(commands: Commands) -> None:
    """Add the commands."""
    sites = add_group(commands, "site", "border checkpoints")
    add_command(sites, "list", show_sites, "show sites with what their devices need")
    site = add_command(sites, "set", set_site, "name a site and say where it lies; makes it where needed")
    site.add_argument("site_id")
    site.add_argument("--title", required=True)
    site.add_argument("--kind", default=SiteKind.ROAD.value, choices=[kind.value for kind in SiteKind])
    site.add_argument("--latitude", type=float, metavar="DEGREES")
    site.add_argument("--longitude", type=float, metavar="DEGREES")
    lane = add_command(add_group(commands, "lane", "lanes of a site"), "set", set_lane, "name a lane")
    lane.add_argument("site_id")
    lane.add_argument("lane_id")
    lane.add_argument("--title", required=True)
    lane.add_argument("--direction", default="", choices=[way.value for way in Direction])
    _add_fleet_parsers(add_group(commands, "fleet", "settings, restarts and roll-outs of devices"))


def _add_fleet_parsers(fleet: Commands) -> None:
    restart = add_command(fleet, "restart", restart_device, "restart a device once its lane is empty")
    restart.add_argument("device_id")
    configure = add_command(fleet, "configure", configure_scope, "give a scope its whole set of settings")
    configure.add_argument("scope", help="fleet, site:ID, lane:SITE/ID or device:ID")
    configure.add_argument("settings", nargs="*", metavar="NAME=VALUE")
    configure.add_argument("--reason", default="")
    configure.add_argument("--dry-run", action="store_true", help="only say what would change")
    rollout = add_command(fleet, "roll-out", roll_out, "give a model pack to the first devices of a scope")
    rollout.add_argument("pack")
    rollout.add_argument("scope", help="fleet, site:ID, lane:SITE/ID or device:ID")
    rollout.add_argument("--reason", required=True)
    rollout.add_argument("--canaries", type=int, default=1)
    rollout.add_argument("--percentage", type=int, default=25)
    rollout.add_argument("--no-restart", action="store_true", help="somebody else restarts the devices")
    act = add_command(fleet, "roll-out-act", act_on_rollout, "open the next stage, pause, resume or stop")
    act.add_argument("rollout_id")
    act.add_argument("act", choices=ACTS)
    add_command(fleet, "roll-outs", show_rollouts, "show roll-outs")


def show_sites(options: argparse.Namespace) -> Outcome:
    """List sites."""
    services = services_of(options)
    with reading(services.engine) as connection:
        found = site_counts(connection, services.clock())
    lines = [
        f"{one.site.site_id}: {one.site.title}, {one.lanes} lanes, {one.online} of {one.devices} heard"
        f", {one.troubled} need attention"
        for one in found
    ]
    return Outcome("\n".join(lines), {"sites": found})


def set_site(options: argparse.Namespace) -> Outcome:
    """Name and place a site."""
    services = services_of(options)
    made = Site(options.site_id, options.title, options.latitude, options.longitude, SiteKind(options.kind))
    with writing(services.engine) as connection:
        put_site(connection, made)
        record(connection, Act(COMMAND_LINE, "site-changed", made.site_id, {}), services.clock())
    return Outcome(f"site {made.site_id}: {made.title}", {"site": made})


def set_lane(options: argparse.Namespace) -> Outcome:
    """Name a lane."""
    services = services_of(options)
    made = Lane(options.site_id, options.lane_id, options.title, Direction(options.direction))
    with writing(services.engine) as connection:
        put_lane(connection, made)
        act = Act(COMMAND_LINE, "lane-changed", f"{made.site_id}/{made.lane_id}", {})
        record(connection, act, services.clock())
    return Outcome(f"lane {made.site_id}/{made.lane_id}: {made.title}", {"lane": made})


def restart_device(options: argparse.Namespace) -> Outcome:
    """Ask for a restart; `kechid-hub ingest` says it to the device."""
    services = services_of(options)
    now = services.clock()
    with writing(services.engine) as connection:
        device(connection, options.device_id, now)
        order = Order(CommandName.RESTART, {}, COMMAND_LINE)
        command_id = issue(services, connection, options.device_id, order, now)
        detail = {"device": options.device_id, "name": "restart"}
        record(connection, Act(COMMAND_LINE, "command-issued", command_id, detail), now)
    return Outcome(f"command {command_id} waits for {options.device_id}", {"command_id": command_id})


def configure_scope(options: argparse.Namespace) -> Outcome:
    """Give settings, or say what they would change."""
    services = services_of(options)
    now, scope = services.clock(), parse_scope(options.scope)
    settings = dict(_pair(text) for text in options.settings)
    if options.dry_run:
        with reading(services.engine) as connection:
            changes = preview_settings(connection, scope, settings)
        words = "\n".join(f"{one.device_id}: {one.before} -> {one.after}" for one in changes)
        return Outcome(words or "nothing would change", {"changes": changes})
    with writing(services.engine) as connection:
        new = NewSettings(scope, settings, options.reason)
        made, told = change_settings(services, connection, new, actor=COMMAND_LINE, now=now)
        record(connection, Act(COMMAND_LINE, "settings-changed", str(scope), made.audited(told)), now)
    return Outcome(
        f"version {made.version}, {told} devices are told", {"version": made.version, "told": told}
    )


def roll_out(options: argparse.Namespace) -> Outcome:
    """Begin a roll-out."""
    services = services_of(options)
    now = services.clock()
    new = NewRollout(
        pack=options.pack,
        scope=parse_scope(options.scope),
        reason=options.reason,
        canaries=options.canaries,
        percentage=options.percentage,
        restarts=not options.no_restart,
    )
    with writing(services.engine) as connection:
        rollout_id = start_rollout(services, connection, new, actor=COMMAND_LINE, now=now)
        detail = {"pack": new.pack, "scope": options.scope, "reason": options.reason}
        record(connection, Act(COMMAND_LINE, "rollout-started", rollout_id, detail), now)
        made = get_rollout(connection, rollout_id, now)
    return Outcome(_line(made), {"rollout": made})


def act_on_rollout(options: argparse.Namespace) -> Outcome:
    """Open the next stage, pause, resume or stop."""
    services = services_of(options)
    now, name = services.clock(), options.rollout_id
    with writing(services.engine) as connection:
        match options.act:
            case "advance":
                done = open_next_stage(services, connection, name, actor=COMMAND_LINE, now=now)
            case "pause":
                done = pause_rollout(connection, name, now)
            case "resume":
                done = resume_rollout(services, connection, name, actor=COMMAND_LINE, now=now)
            case _:
                done = stop_rollout(connection, name, now)
        record(connection, Act(COMMAND_LINE, f"rollout-{options.act}", name, {}), now)
    return Outcome(_line(done), {"rollout": done})


def show_rollouts(options: argparse.Namespace) -> Outcome:
    """List the newest roll-outs."""
    services = services_of(options)
    with reading(services.engine) as connection:
        found = list_rollouts(connection, SHOWN)
    lines = [
        f"{one.rollout_id} {one.pack}: {one.state}, {one.done} of {one.devices} devices run it"
        for one in found
    ]
    return Outcome("\n".join(lines), {"rollouts": found})


def _line(one: Rollout) -> str:
    done = sum(device.standing == "done" for device in one.devices)
    return f"{one.rollout_id} {one.pack}: {one.state}, {done} of {len(one.devices)} devices run it"


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark:
        raise InvalidInputError(FieldProblem("/settings", "missing", f"{text[:80]!r} is not NAME=VALUE"))
    return name, value
