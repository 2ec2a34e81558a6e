"""The job that verifies the audit chain: part by part, seen to move, going on where it was."""

from sqlalchemy import Connection

from hub.bootstrap import Services
from hub.jobs.queue import Arguments, NewJob, enqueue
from hub.people.audit import AuditCheck, verify_part
from hub.people.audit_checks import (
    AuditVerification,
    ask_verification,
    finish_verification,
    note_progress,
    verification,
)
from hub.people.audit_heads import first_lost_head
from hub.store.database import reading, writing, writing_beside_others

KIND = "verify-audit"
ROWS_A_PART = 5_000
PARTS_A_TURN = 100
"""Then other jobs have their turn: no lease is long enough for every chain."""


def start_verification(services: Services, user_id: str) -> None:
    """Let the chain be verified as it stands; while a walk is under way there is no second one."""
    now = services.clock()
    with writing(services.engine) as connection:
        check_id = ask_verification(connection, user_id, now)
        enqueue(connection, _job(check_id), now)


def verify_audit(
    services: Services,
    arguments: Arguments,
    *,
    rows_a_part: int = ROWS_A_PART,
    parts_a_turn: int = PARTS_A_TURN,
) -> None:
    """Walk on with what was asked for, for one turn; what is finished stays as it is."""
    check_id = int(arguments["check_id"])
    for _ in range(parts_a_turn):
        if _is_done_after_part(services, check_id, rows_a_part):
            return
    with writing_beside_others(services.engine) as connection:
        enqueue(connection, _job(check_id), services.clock())


def _is_done_after_part(services: Services, check_id: int, limit: int) -> bool:
    with reading(services.engine) as connection:
        asked = verification(connection, check_id)
        if asked is None or asked.finished_at is not None:
            return True
        check = _walk_on(connection, asked, limit)
        is_end = not check.is_whole or check.rows >= asked.upto
        lost = first_lost_head(connection) if is_end else None
    with writing_beside_others(services.engine) as connection:
        if is_end:
            finish_verification(connection, asked, check, lost, services.clock())
        else:
            note_progress(connection, check_id, check, services.clock())
    return is_end


def _walk_on(connection: Connection, asked: AuditVerification, limit: int) -> AuditCheck:
    held = asked.check
    check = verify_part(connection, held, min(limit, asked.upto - held.rows))
    if check.is_whole and check.rows == held.rows < asked.upto:
        missing = held.rows + 1
        reason = f"expected row {missing}, found none: the chain was cut before row {asked.upto}"
        return AuditCheck(held.rows, missing, reason, held.head)
    return check


def _job(check_id: int) -> NewJob:
    return NewJob(KIND, {"check_id": check_id}, unique_key=f"{KIND}-{check_id}")
