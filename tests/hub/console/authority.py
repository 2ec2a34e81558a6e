"""What an authority has issued on a working day: anchored, suspended, to be revoked, waiting."""

from datetime import timedelta

from hub.bootstrap import Services
from hub.origin.certificate.template_files import read_templates
from hub.origin.chain.facts import Status
from hub.origin.issuing.acts import approve_act, propose_act
from hub.origin.issuing.advancing import Issuer, advance
from hub.origin.issuing.issuing import IssueTerms, issue
from hub.origin.issuing.reasons import StatusReason
from hub.people.access import Role, User
from hub.people.users import add_user
from hub.store.database import writing
from tests.hub.console.sample_hub import PASSWORD
from tests.hub.origin.issuing.authority import AUTHORITY, GOVERNOR, PLACE, RELAYER, some
from tests.hub.origin.issuing.chain import CalledRegistry, EvmNode

ISSUER = User("lia", "Lia Beridze", Role.ORIGIN_OFFICER)
SECOND = User("gia", "Gia Lomidze", Role.ORIGIN_OFFICER)


def node_at(services: Services) -> EvmNode:
    """Make a registry in which the authority is listed, and a node whose time is the hub's."""
    registry = CalledRegistry({b"GE": GOVERNOR})
    registry.now = int(services.clock().timestamp())
    ends = registry.now + int(timedelta(days=900).total_seconds())
    registry.call(GOVERNOR, "list_authority", AUTHORITY.address, 1, 0, ends)
    return EvmNode(registry)


def add_issued(services: Services) -> EvmNode:
    """Issue four that are anchored and one that waits; suspend one, and propose to revoke another."""
    with writing(services.engine) as connection:
        for user in (ISSUER, SECOND):
            add_user(connection, user, PASSWORD, services.clock())
    templates, node = read_templates(), node_at(services)
    issuer = Issuer(PLACE, AUTHORITY, RELAYER, node)
    report = issue(services, some(4), IssueTerms(templates, is_alone=True), actor=ISSUER.user_id)
    go_on(services, issuer)
    with writing(services.engine) as connection:
        reason = StatusReason.UNDER_VERIFICATION
        wanted = (Status.SUSPENDED, reason, "")
        act = propose_act(services, connection, report.issued[1], wanted, actor=ISSUER.user_id)
        approve_act(services, connection, act.act_id, actor=SECOND.user_id)
        wanted = (Status.REVOKED, StatusReason.REPLACED, "GE-0004")
        propose_act(services, connection, report.issued[2], wanted, actor=SECOND.user_id)
    go_on(services, issuer)
    issue(services, some(1, 5), IssueTerms(templates), actor=ISSUER.user_id)
    return node


def go_on(services: Services, issuer: Issuer) -> None:
    """Send what is ready, mine it, note it."""
    for _ in range(2):
        advance(services, issuer)
        if isinstance(issuer.node, EvmNode):
            issuer.node.mine()
