import pytest

from hub.errors import ConflictError, InvalidInputError
from hub.fleet.commands import commands_of, settle
from hub.fleet.devices import revoke_device
from hub.fleet.rollout_progress import (
    Rollout,
    RolloutState,
    Standing,
    get_rollout,
    list_rollouts,
    packs_in_use,
)
from hub.fleet.rollouts import (
    NewRollout,
    open_next_stage,
    pause_after_refusal,
    pause_rollout,
    resume_rollout,
    staged,
    start_rollout,
    stop_rollout,
)
from hub.fleet.scope import Scope, ScopeKind
from hub.store.database import writing
from sync.messages import CommandState
from tests.hub.builders import DEVICE, NOW, Hub
from tests.hub.fleet.fleet_kit import add_device, answered, online, set_facts

EVERYONE = [DEVICE.device_id, *(f"edge-{number}" for number in range(2, 11))]
NEW = NewRollout("pack-2", Scope(ScopeKind.FLEET), "Better at night", canaries=1, percentage=30)


@pytest.fixture
def hub(hub_on_each: Hub) -> Hub:
    made = hub_on_each
    for name in EVERYONE[1:]:
        add_device(made.services, name, "alat/lane-1", **online(NOW), pack="pack-1")
    return made


def start(hub: Hub, new: NewRollout = NEW) -> Rollout:
    with writing(hub.services.engine) as connection:
        rollout_id = start_rollout(hub.services, connection, new, actor="root", now=NOW)
        return get_rollout(connection, rollout_id, NOW)


def look(hub: Hub, rollout: Rollout) -> Rollout:
    with writing(hub.services.engine) as connection:
        return get_rollout(connection, rollout.rollout_id, hub.clock())


def answer(hub: Hub, device_id: str, state: CommandState, reason: str = "") -> None:
    with writing(hub.services.engine) as connection:
        newest = commands_of(connection, device_id, 1)[0]
        settle(connection, device_id, answered(newest.command_id, state, reason, at=NOW))
        if state is CommandState.REFUSED:
            pause_after_refusal(connection, newest.command_id, NOW)


def run_pack(hub: Hub, rollout: Rollout) -> None:
    for one in rollout.open_devices:
        set_facts(hub.services, one.device_id, pack="pack-2")


def told(hub: Hub) -> set[str]:
    with writing(hub.services.engine) as connection:
        return {name for name in EVERYONE if commands_of(connection, name, 1)}


def test_devices_are_dealt_into_stages_by_chance_but_the_same_each_time() -> None:
    stages = staged("seed", EVERYONE, canaries=2, percentage=50)
    assert sorted(stages.values()) == [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]
    assert stages == staged("seed", list(reversed(EVERYONE)), 2, 50)
    assert any(stages != staged(str(seed), EVERYONE, 2, 50) for seed in range(5))


def test_only_the_canaries_are_told_first(hub: Hub) -> None:
    rollout = start(hub)
    (canary,) = rollout.open_devices
    assert told(hub) == {canary.device_id}
    assert canary.standing is Standing.WAITING
    with writing(hub.services.engine) as connection:
        assert commands_of(connection, canary.device_id, 1)[0].arguments == {
            "pack": "pack-2",
            "restart": "true",
        }


def test_a_rollout_whose_devices_were_all_shut_out_is_over(hub: Hub) -> None:
    rollout = start(hub)
    with writing(hub.services.engine) as connection:
        for one in rollout.devices:
            revoke_device(connection, one.device_id, NOW)
    found = look(hub, rollout)
    assert (found.devices, found.state) == ((), RolloutState.FINISHED)


def test_a_stage_opens_only_when_the_one_before_runs_the_pack(hub: Hub) -> None:
    rollout = start(hub)
    answer(hub, rollout.open_devices[0].device_id, CommandState.AT_NEXT_START, "restart-needed")
    assert look(hub, rollout).open_devices[0].standing is Standing.AT_NEXT_START
    with writing(hub.services.engine) as connection, pytest.raises(ConflictError, match="not every device"):
        open_next_stage(hub.services, connection, rollout.rollout_id, actor="root", now=NOW)


def test_stage_after_stage_until_every_device_runs_it(hub: Hub) -> None:
    rollout = start(hub)
    reached = [len(rollout.open_devices)]
    for _ in range(2):
        run_pack(hub, rollout)
        with writing(hub.services.engine) as connection:
            rollout = open_next_stage(hub.services, connection, rollout.rollout_id, actor="root", now=NOW)
        reached.append(len(rollout.open_devices))
    assert reached == [1, 3, 10]
    assert rollout.state is RolloutState.RUNNING
    run_pack(hub, rollout)
    assert look(hub, rollout).state is RolloutState.FINISHED


def test_a_refusal_pauses_and_is_told_with_its_reason(hub: Hub) -> None:
    rollout = start(hub)
    answer(hub, rollout.open_devices[0].device_id, CommandState.REFUSED, "pack-missing")
    paused = look(hub, rollout)
    assert paused.state is RolloutState.PAUSED
    assert (paused.open_devices[0].standing, paused.open_devices[0].reason) == (
        Standing.REFUSED,
        "pack-missing",
    )
    with writing(hub.services.engine) as connection:
        again = resume_rollout(hub.services, connection, rollout.rollout_id, actor="root", now=NOW)
    assert again.open_devices[0].standing is Standing.WAITING


def test_a_pause_withdraws_what_was_not_answered_and_resuming_says_it_again(hub: Hub) -> None:
    rollout = start(hub)
    with writing(hub.services.engine) as connection:
        paused = pause_rollout(connection, rollout.rollout_id, NOW)
        assert paused.open_devices[0].standing is Standing.LATER
        with pytest.raises(ConflictError, match="paused"):
            open_next_stage(hub.services, connection, rollout.rollout_id, actor="root", now=NOW)
        resumed = resume_rollout(hub.services, connection, rollout.rollout_id, actor="root", now=NOW)
    assert resumed.open_devices[0].standing is Standing.WAITING


def test_a_stopped_one_stays_stopped_and_frees_its_devices(hub: Hub) -> None:
    rollout = start(hub)
    with pytest.raises(ConflictError, match="is in roll-out"):
        start(hub)
    with writing(hub.services.engine) as connection:
        assert stop_rollout(connection, rollout.rollout_id, NOW).state is RolloutState.STOPPED
        with pytest.raises(ConflictError):
            resume_rollout(hub.services, connection, rollout.rollout_id, actor="root", now=NOW)
    second = start(hub)
    with writing(hub.services.engine) as connection:
        assert {one.rollout_id for one in list_rollouts(connection, 5)} == {
            rollout.rollout_id,
            second.rollout_id,
        }


def test_a_device_that_is_shut_out_holds_nobody_up(hub: Hub) -> None:
    rollout = start(hub)
    set_facts(hub.services, rollout.open_devices[0].device_id, revoked_at=NOW)
    assert look(hub, rollout).is_stage_done


def test_a_place_without_devices_is_refused(hub: Hub) -> None:
    set_facts(hub.services, DEVICE.device_id, revoked_at=NOW)
    add_device(hub.services, "gone", "empty/lane-1", revoked_at=NOW)
    with pytest.raises(ConflictError, match="has no device"):
        start(hub, NewRollout("pack-2", Scope(ScopeKind.SITE, "empty"), "Why"))


@pytest.mark.parametrize(
    "changed",
    [{"pack": "no pack"}, {"canaries": 0}, {"percentage": 101}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_bad_plan_is_named(changed: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        NewRollout(**{"pack": "p", "scope": Scope(ScopeKind.FLEET), "reason": "r"} | changed)  # type: ignore[arg-type]
    assert [problem.pointer for problem in caught.value.problems] == [f"/{next(iter(changed))}"]


def test_packs_are_counted(hub: Hub) -> None:
    set_facts(hub.services, "edge-2", pack="pack-9")
    with writing(hub.services.engine) as connection:
        assert packs_in_use(connection) == (("pack-1", 8), ("pack-9", 1))
