"""A risk profile on its way: a first version, and a next one that was tested on what came before."""

from datetime import timedelta

from hub.bootstrap import Services
from hub.declarations.assessing.back_test import KIND, run_back_test, start_back_test
from hub.declarations.assessing.back_test_runs import BackTestPeriod
from hub.declarations.assessing.conditions import All, Comparison, Not, Operator, Some
from hub.declarations.assessing.evidence import Channel
from hub.declarations.assessing.profiles import NewProfile, draft_profile
from hub.jobs.worker import Handler, Worker
from hub.store.database import writing

PROFILE = "heavy-parcels"
FROM_CHINA = Comparison("export-country", Operator.ONE_OF, ("CN", "HK"))
FIRST = NewProfile(
    profile_id=PROFILE,
    title="Goods for sale sent as parcels",
    reason="Traders declare their goods as parcels for personal use.",
    legal_basis="Customs Code, article 212",
    condition=All((FROM_CHINA, Comparison("gross-kg", Operator.AT_LEAST, "10"))),
    channel=Channel.DOCUMENTARY_CHECK,
)
NEXT = NewProfile(
    profile_id=PROFILE,
    title="Goods for sale sent as parcels",
    reason="Traders declare their goods as parcels for personal use.",
    legal_basis="Customs Code, article 212",
    condition=All(
        (
            FROM_CHINA,
            Some(
                (
                    Comparison("item.quantity", Operator.AT_LEAST, "2"),
                    Comparison("item.description", Operator.CONTAINS, "wholesale"),
                )
            ),
            Not(Comparison("is-personal", Operator.EQUALS, "true")),
        )
    ),
    channel=Channel.INSPECTION,
    share=0.5,
)


def add_profiles(services: Services) -> None:
    """Draft two versions and test the second on the last two weeks."""
    today = services.clock().date()
    with writing(services.engine) as connection:
        for wanted in (FIRST, NEXT):
            draft_profile(connection, wanted, actor="aysel", now=services.clock())
    period = BackTestPeriod(today - timedelta(days=13), today)
    start_back_test(services, PROFILE, 2, period, actor="aysel")
    Worker(services, {KIND: Handler(run_back_test)}, name="w1").drain()
