"""The schema of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT "
        "RAISE(ABORT, 'the audit log is append-only'); END ",
        "CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit BEGIN SELECT "
        "RAISE(ABORT, 'the audit log is append-only'); END ",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = "
        "'integrity_constraint_violation'; END $$ ",
        "CREATE TRIGGER audit_is_never_changed BEFORE UPDATE OR DELETE ON audit FOR EACH "
        "ROW EXECUTE FUNCTION audit_is_append_only() ",
        "CREATE TRIGGER audit_is_never_shortened BEFORE TRUNCATE ON audit FOR EACH "
        "STATEMENT EXECUTE FUNCTION audit_is_append_only() ",
    ),
}
"""The database itself refuses to change or shorten the audit log."""


def upgrade() -> None:  # long: one line per table
    """Make every table."""
    for create in (
        _create_alert_updates,
        _create_alerts,
        _create_answer_times,
        _create_api_clients,
        _create_assessment_counts,
        _create_audit,
        _create_audit_checks,
        _create_audit_heads,
        _create_back_tests,
        _create_barrier_moves,
        _create_bulk_decisions,
        _create_carrier_answers,
        _create_carrier_counts,
        _create_carrier_days,
        _create_case_days,
        _create_case_holds,
        _create_case_results,
        _create_case_tallies,
        _create_case_totals,
        _create_changes,
        _create_citizen_codes,
        _create_citizen_marks,
        _create_citizen_months,
        _create_citizens,
        _create_contracts,
        _create_decisions,
        _create_declaration_acts,
        _create_declaration_assessments,
        _create_declaration_assignments,
        _create_declaration_holds,
        _create_declaration_keys,
        _create_declaration_numbers,
        _create_declaration_pictures,
        _create_declaration_steps,
        _create_declaration_versions,
        _create_declarations,
        _create_declared_certificates,
        _create_device_settings,
        _create_evidence,
        _create_feed_positions,
        _create_frequent_crossers,
        _create_idempotency,
        _create_inbox,
        _create_inspection_results,
        _create_issue_batches,
        _create_jobs,
        _create_lane_progress,
        _create_limit_entries,
        _create_login_failures,
        _create_manifest_houses,
        _create_manifests,
        _create_origin_checks,
        _create_origin_counts,
        _create_origin_draws,
        _create_origin_paper_sheets,
        _create_origin_settlements,
        _create_origin_trial_periods,
        _create_person_months,
        _create_quarantine,
        _create_rate_buckets,
        _create_received_certificates,
        _create_registry_transactions,
        _create_risk_profiles,
        _create_rollouts,
        _create_seeded_forgeries,
        _create_seeded_passages,
        _create_sites,
        _create_store_info,
        _create_subject_categories,
        _create_used_assertions,
        _create_users,
        _create_watchlist_history,
        _create_watchlist_packages,
        _create_watchlists,
        _create_webhooks,
        _create_access_tokens,
        _create_carriers,
        _create_citizen_contacts,
        _create_citizen_sessions,
        _create_external_identities,
        _create_issued_certificates,
        _create_lanes,
        _create_proposals,
        _create_registry_sends,
        _create_sessions,
        _create_subjects,
        _create_watchlist_sites,
        _create_watchlist_versions,
        _create_watchlist_withdrawals,
        _create_carrier_accounts,
        _create_certificate_acts,
        _create_devices,
        _create_look_alikes,
        _create_name_words,
        _create_reference_photos,
        _create_subject_names,
        _create_device_commands,
        _create_device_watchlists,
        _create_health_samples,
        _create_rollout_devices,
    ):
        create()
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(sa.text(statement))


def downgrade() -> None:
    """There is nothing before it; raises `ValueError`."""
    raise ValueError("there is no schema before the first")


def _create_alert_updates() -> None:  # long: one statement per table
    op.create_table(
        "alert_updates",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("comparison_score", sa.Float(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("frames_used", sa.Integer(), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(op.f("ix_alert_updates_alert_id"), "alert_updates", ["alert_id"], unique=False)


def _create_alerts() -> None:  # long: one statement per table
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("crossing_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("camera_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("list_version", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("comparison_score", sa.Float(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("review_threshold", sa.Float(), nullable=False),
        sa.Column("margin", sa.Float(), nullable=True),
        sa.Column("expected_false_alarms_per_day", sa.Float(), nullable=False),
        sa.Column("contract_id", sa.String(length=16), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("gallery_size", sa.Integer(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("bona_fide_score", sa.Float(), nullable=True),
        sa.Column("frames_used", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("result", sa.String(length=24), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("alert_id"),
    )
    op.create_index("alerts_by_result", "alerts", ["result", "raised_at", "alert_id"], unique=False)
    op.create_index("alerts_by_status", "alerts", ["status", "raised_at", "alert_id"], unique=False)
    op.create_index("alerts_by_test", "alerts", ["is_test", "raised_at", "alert_id"], unique=False)
    op.create_index("alerts_by_time", "alerts", ["raised_at", "alert_id"], unique=False)
    op.create_index("alerts_of_device", "alerts", ["device_id", "raised_at", "alert_id"], unique=False)
    op.create_index("alerts_of_lane", "alerts", ["lane_id", "first_seen_at"], unique=False)
    op.create_index("alerts_of_list", "alerts", ["list_id", "raised_at", "alert_id"], unique=False)
    op.create_index("alerts_of_subject", "alerts", ["subject_id", "first_seen_at", "alert_id"], unique=False)


def _create_answer_times() -> None:  # long: one statement per table
    op.create_table(
        "answer_times",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("answers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("day", "device_id", "lane_id", "role", "bucket"),
    )


def _create_api_clients() -> None:  # long: one statement per table
    op.create_table(
        "api_clients",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=True),
        sa.Column("keys", sa.JSON(), nullable=True),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=True),
        sa.Column("requests_per_minute", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("client_id"),
    )


def _create_assessment_counts() -> None:  # long: one statement per table
    op.create_table(
        "assessment_counts",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("shard", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "measure", "label", "shard"),
    )


def _create_audit() -> None:  # long: one statement per table
    op.create_table(
        "audit",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("audit_by_action", "audit", ["action", "seq"], unique=False)
    op.create_index("audit_by_actor", "audit", ["actor", "seq"], unique=False)
    op.create_index("audit_by_target", "audit", ["target", "seq"], unique=False)
    op.create_index("audit_by_time", "audit", ["at", "seq"], unique=False)


def _create_audit_checks() -> None:  # long: one statement per table
    op.create_table(
        "audit_checks",
        sa.Column(
            "check_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("upto", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_broken", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lost_day", sa.String(length=10), nullable=True),
        sa.Column("lost_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("check_id"),
        sqlite_autoincrement=True,
    )


def _create_audit_heads() -> None:  # long: one statement per table
    op.create_table(
        "audit_heads",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )


def _create_back_tests() -> None:  # long: one statement per table
    op.create_table(
        "back_tests",
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("last", sa.String(length=10), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("reached", sa.String(length=36), nullable=False),
        sa.Column("tally", sa.JSON(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("profile_id", "version"),
    )


def _create_barrier_moves() -> None:  # long: one statement per table
    op.create_table(
        "barrier_moves",
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(op.f("ix_barrier_moves_device_id"), "barrier_moves", ["device_id"], unique=False)


def _create_bulk_decisions() -> None:  # long: one statement per table
    op.create_table(
        "bulk_decisions",
        sa.Column("bulk_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declaration_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_out", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("bulk_id"),
    )
    op.create_index("bulk_decisions_by_state", "bulk_decisions", ["state", "proposed_at"], unique=False)


def _create_carrier_answers() -> None:  # long: one statement per table
    op.create_table(
        "carrier_answers",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("correlation", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("carrier_answers_by_time", "carrier_answers", ["made_at"], unique=False)


def _create_carrier_counts() -> None:  # long: one statement per table
    op.create_table(
        "carrier_counts",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "month", "measure", "code"),
    )


def _create_carrier_days() -> None:  # long: one statement per table
    op.create_table(
        "carrier_days",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "day"),
    )


def _create_case_days() -> None:  # long: one statement per table
    op.create_table(
        "case_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("band", sa.String(length=8), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("shift", sa.String(length=5), nullable=False),
        sa.Column("grouping", sa.String(length=64), nullable=False),
        sa.Column("alerts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("allowed_micro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unsure", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("same_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("same_not_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("same_unsure", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_same_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_same_not_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_same_unsure", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unsure_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unsure_not_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unsure_unsure", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "device_id", "lane_id", "list_id", "band", "is_test", "shift", "grouping"
        ),
    )


def _create_case_holds() -> None:  # long: one statement per table
    op.create_table(
        "case_holds",
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("alert_id"),
    )


def _create_case_results() -> None:  # long: one statement per table
    op.create_table(
        "case_results",
        sa.Column("result_id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("result_id"),
    )
    op.create_index(op.f("ix_case_results_alert_id"), "case_results", ["alert_id"], unique=False)


def _create_case_tallies() -> None:  # long: one statement per table
    op.create_table(
        "case_tallies",
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("band", sa.String(length=8), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("shift", sa.String(length=5), nullable=False),
        sa.Column("grouping", sa.String(length=64), nullable=False),
        sa.Column("allowed_micro", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("guard_answer", sa.String(length=16), nullable=False),
        sa.Column("supervisor_answer", sa.String(length=16), nullable=False),
        sa.Column("guard_bucket", sa.Integer(), nullable=True),
        sa.Column("supervisor_bucket", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("alert_id"),
    )


def _create_case_totals() -> None:  # long: one statement per table
    op.create_table(
        "case_totals",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("alerts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("not_same", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unsure", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("device_id"),
    )


def _create_changes() -> None:  # long: one statement per table
    op.create_table(
        "changes",
        sa.Column(
            "change_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("transaction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("identifier", sa.String(length=160), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("change_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("changes_in_order", "changes", ["transaction_id", "change_id"], unique=False)
    op.create_index(op.f("ix_changes_at"), "changes", ["at"], unique=False)


def _create_citizen_codes() -> None:  # long: one statement per table
    op.create_table(
        "citizen_codes",
        sa.Column("challenge_sha256", sa.String(length=64), nullable=False),
        sa.Column("citizen_key", sa.String(length=32), nullable=False),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("is_own_device", sa.Boolean(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("challenge_sha256"),
    )
    op.create_index(op.f("ix_citizen_codes_citizen_key"), "citizen_codes", ["citizen_key"], unique=False)
    op.create_index(op.f("ix_citizen_codes_sent_at"), "citizen_codes", ["sent_at"], unique=False)


def _create_citizen_marks() -> None:  # long: one statement per table
    op.create_table(
        "citizen_marks",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("month", "mark"),
    )


def _create_citizen_months() -> None:  # long: one statement per table
    op.create_table(
        "citizen_months",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
    )


def _create_citizens() -> None:  # long: one statement per table
    op.create_table(
        "citizens",
        sa.Column("citizen_key", sa.String(length=32), nullable=False),
        sa.Column("sealed_person", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("citizen_key"),
    )


def _create_contracts() -> None:  # long: one statement per table
    op.create_table(
        "contracts",
        sa.Column("contract_id", sa.String(length=16), nullable=False),
        sa.Column("model_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("alignment", sa.Text(), nullable=False),
        sa.Column("colour_order", sa.String(length=3), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("gallery_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("contract_id"),
    )


def _create_decisions() -> None:  # long: one statement per table
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("officer_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds_to_answer", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id"),
    )
    op.create_index(op.f("ix_decisions_alert_id"), "decisions", ["alert_id"], unique=False)


def _create_declaration_acts() -> None:  # long: one statement per table
    op.create_table(
        "declaration_acts",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("act_id", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", "act_id"),
        postgresql_partition_by="RANGE (received_at)",
    )


def _create_declaration_assessments() -> None:  # long: one statement per table
    op.create_table(
        "declaration_assessments",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=True),
        sa.Column("selection_probability", sa.Float(), nullable=True),
        sa.Column("is_random", sa.Boolean(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=True),
        sa.Column("duties", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("declaration_id", "number"),
        postgresql_partition_by="RANGE (received_at)",
    )


def _create_declaration_assignments() -> None:  # long: one statement per table
    op.create_table(
        "declaration_assignments",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("assigned_by", sa.String(length=64), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id"),
    )
    op.create_index("declaration_assignments_of", "declaration_assignments", ["user_id"], unique=False)


def _create_declaration_holds() -> None:  # long: one statement per table
    op.create_table(
        "declaration_holds",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id"),
    )
    op.create_index("declaration_holds_by_end", "declaration_holds", ["until"], unique=False)


def _create_declaration_keys() -> None:  # long: one statement per table
    op.create_table(
        "declaration_keys",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tracking", sa.String(length=35), nullable=True),
        sa.Column("content", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("declaration_id"),
        postgresql_partition_by="RANGE (received_at)",
    )
    op.create_index(
        "declaration_keys_by_content", "declaration_keys", ["content", "declaration_id"], unique=False
    )
    op.create_index(
        "declaration_keys_by_tracking", "declaration_keys", ["tracking", "declaration_id"], unique=False
    )


def _create_declaration_numbers() -> None:  # long: one statement per table
    op.create_table(
        "declaration_numbers",
        sa.Column("sender_id", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("sender_id", "reference"),
    )


def _create_declaration_pictures() -> None:  # long: one statement per table
    op.create_table(
        "declaration_pictures",
        sa.Column("picture_id", sa.String(length=36), nullable=False),
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("picture_id"),
        sa.UniqueConstraint("declaration_id", "sha256"),
    )


def _create_declaration_steps() -> None:  # long: one statement per table
    op.create_table(
        "declaration_steps",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("target", sa.String(length=24), nullable=False),
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pointers", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("declaration_id", "number"),
        postgresql_partition_by="RANGE (received_at)",
    )


def _create_declaration_versions() -> None:  # long: one statement per table
    op.create_table(
        "declaration_versions",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_by", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", "version"),
        postgresql_partition_by="RANGE (received_at)",
    )


def _create_declarations() -> None:  # long: one statement per table
    op.create_table(
        "declarations",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender_id", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.String(length=24), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ucr", sa.String(length=35), nullable=False),
        sa.Column("tracking_number", sa.String(length=35), nullable=False),
        sa.Column("consignee_key", sa.String(length=32), nullable=False),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id"),
        postgresql_partition_by="RANGE (received_at)",
    )
    op.create_index("declarations_by_arrival", "declarations", ["state", "arrives_at"], unique=False)
    op.create_index(
        "declarations_by_state", "declarations", ["state", "changed_at", "is_sandbox"], unique=False
    )
    op.create_index("declarations_of_consignee", "declarations", ["consignee_key"], unique=False)
    op.create_index("declarations_of_sender", "declarations", ["sender_id", "received_at"], unique=False)
    op.create_index("declarations_tracked", "declarations", ["tracking_number"], unique=False)
    op.create_index(
        "declarations_with_ucr",
        "declarations",
        ["ucr"],
        unique=False,
        sqlite_where=sa.text("ucr <> ''"),
        postgresql_where=sa.text("ucr <> ''"),
    )


def _create_declared_certificates() -> None:  # long: one statement per table
    op.create_table(
        "declared_certificates",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", "certificate_id"),
    )
    op.create_index(
        "declared_certificates_by_certificate", "declared_certificates", ["certificate_id"], unique=False
    )


def _create_device_settings() -> None:  # long: one statement per table
    op.create_table(
        "device_settings",
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=130), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "place", "version"),
    )


def _create_evidence() -> None:  # long: one statement per table
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id"),
    )
    op.create_index(op.f("ix_evidence_alert_id"), "evidence", ["alert_id"], unique=False)


def _create_feed_positions() -> None:  # long: one statement per table
    op.create_table(
        "feed_positions",
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("position", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("reader"),
    )


def _create_frequent_crossers() -> None:  # long: one statement per table
    op.create_table(
        "frequent_crossers",
        sa.Column("notice_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("alert_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("crossings", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("exits", sa.Integer(), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("within_hours", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index(
        op.f("ix_frequent_crossers_subject_id"), "frequent_crossers", ["subject_id"], unique=False
    )


def _create_idempotency() -> None:  # long: one statement per table
    op.create_table(
        "idempotency",
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("sealed_answer", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "key"),
    )


def _create_inbox() -> None:  # long: one statement per table
    op.create_table(
        "inbox",
        sa.Column(
            "inbox_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inbox_id"),
        sa.UniqueConstraint("device_id", "epoch", "lane", "seq", "received_at"),
        postgresql_partition_by="RANGE (received_at)",
    )
    op.create_index("inbox_by_time", "inbox", ["received_at"], unique=False)


def _create_inspection_results() -> None:  # long: one statement per table
    op.create_table(
        "inspection_results",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("is_found", sa.Boolean(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", "number"),
        postgresql_partition_by="RANGE (received_at)",
    )


def _create_issue_batches() -> None:  # long: one statement per table
    op.create_table(
        "issue_batches",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificates", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("root", sa.String(length=64), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("block", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id"),
    )
    op.create_index("issue_batches_under_way", "issue_batches", ["progress", "closes_at"], unique=False)


def _create_jobs() -> None:  # long: one statement per table
    op.create_table(
        "jobs",
        sa.Column(
            "job_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("is_wanted_again", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job_id"),
        sa.UniqueConstraint("unique_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_due", "jobs", ["priority", "due_at"], unique=False)


def _create_lane_progress() -> None:  # long: one statement per table
    op.create_table(
        "lane_progress",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("epoch", sa.String(length=64), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device_id", "epoch", "lane"),
    )


def _create_limit_entries() -> None:  # long: one statement per table
    op.create_table(
        "limit_entries",
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_key", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id"),
        postgresql_partition_by="RANGE (received_at)",
    )


def _create_login_failures() -> None:  # long: one statement per table
    op.create_table(
        "login_failures",
        sa.Column("failure_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("failure_id"),
    )
    op.create_index(op.f("ix_login_failures_user_id"), "login_failures", ["user_id"], unique=False)


def _create_manifest_houses() -> None:  # long: one statement per table
    op.create_table(
        "manifest_houses",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("house", sa.String(length=35), nullable=False),
        sa.Column("master", sa.String(length=35), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "number", "house"),
    )


def _create_manifests() -> None:  # long: one statement per table
    op.create_table(
        "manifests",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("number", sa.String(length=35), nullable=False),
        sa.Column("conveyance", sa.String(length=35), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("houses", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "number"),
    )


def _create_origin_checks() -> None:  # long: one statement per table
    op.create_table(
        "origin_checks",
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("certificate_id", sa.String(length=32), nullable=True),
        sa.Column("declaration_id", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.String(length=16), nullable=False),
        sa.Column("as_of_block", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_of_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anchored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lines_left", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_reason", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fields_touched", sa.Integer(), nullable=False),
        sa.Column("truth", sa.String(length=16), nullable=True),
        sa.Column("truth_source", sa.String(length=200), nullable=False),
        sa.Column("truth_by", sa.String(length=64), nullable=False),
        sa.Column("truth_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_seeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("check_id"),
    )
    op.create_index("origin_checks_by_time", "origin_checks", ["opened_at", "check_id"], unique=False)
    op.create_index("origin_checks_of_certificate", "origin_checks", ["certificate_id"], unique=False)
    op.create_index("origin_checks_of_declaration", "origin_checks", ["declaration_id"], unique=False)
    op.create_index(
        "origin_checks_open",
        "origin_checks",
        ["opened_at"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def _create_origin_counts() -> None:  # long: one statement per table
    op.create_table(
        "origin_counts",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("measure", sa.String(length=24), nullable=False),
        sa.Column("label", sa.String(length=24), nullable=False),
        sa.Column("counted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("day", "site_id", "form", "method", "measure", "label"),
    )


def _create_origin_draws() -> None:  # long: one statement per table
    op.create_table(
        "origin_draws",
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("parts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "line", "declaration_id"),
    )
    op.create_index("origin_draws_by_state", "origin_draws", ["state", "changed_at"], unique=False)
    op.create_index("origin_draws_of_declaration", "origin_draws", ["declaration_id"], unique=False)


def _create_origin_paper_sheets() -> None:  # long: one statement per table
    op.create_table(
        "origin_paper_sheets",
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("sheet", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("sealed_findings", sa.LargeBinary(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("check_id", "sheet"),
    )
    op.create_index("origin_paper_sheets_by_time", "origin_paper_sheets", ["read_at"], unique=False)


def _create_origin_settlements() -> None:  # long: one statement per table
    op.create_table(
        "origin_settlements",
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.String(length=36), nullable=False),
        sa.Column("settlement", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("officer", sa.String(length=64), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "line", "declaration_id"),
    )


def _create_origin_trial_periods() -> None:  # long: one statement per table
    op.create_table(
        "origin_trial_periods",
        sa.Column("trial", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("arm", sa.String(length=8), nullable=False),
        sa.Column("drawn_by", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("trial", "site_id", "first"),
    )


def _create_person_months() -> None:  # long: one statement per table
    op.create_table(
        "person_months",
        sa.Column("person_key", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("used_cents", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", "month"),
    )


def _create_quarantine() -> None:  # long: one statement per table
    op.create_table(
        "quarantine",
        sa.Column("quarantine_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("payload_size", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("quarantine_id"),
        sa.UniqueConstraint("device_id", "code", "payload_sha256"),
    )


def _create_rate_buckets() -> None:  # long: one statement per table
    op.create_table(
        "rate_buckets",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index(op.f("ix_rate_buckets_at"), "rate_buckets", ["at"], unique=False)


def _create_received_certificates() -> None:  # long: one statement per table
    op.create_table(
        "received_certificates",
        sa.Column("certificate_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("provenance", sa.String(length=16), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of_block", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("as_of_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lines_left", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id"),
    )
    op.create_index("received_certificates_by_number", "received_certificates", ["number"], unique=False)
    op.create_index("received_certificates_by_time", "received_certificates", ["last_seen"], unique=False)


def _create_registry_transactions() -> None:  # long: one statement per table
    op.create_table(
        "registry_transactions",
        sa.Column("transaction_id", sa.String(length=36), nullable=False),
        sa.Column("chain_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("gas", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("block", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gas_used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("transaction_id"),
        sa.UniqueConstraint("chain_id", "account", "nonce", name="registry_transactions_by_nonce"),
    )
    op.create_index("registry_transactions_of", "registry_transactions", ["purpose", "subject"], unique=False)
    op.create_index(
        "registry_transactions_under_way", "registry_transactions", ["progress", "nonce"], unique=False
    )


def _create_risk_profiles() -> None:  # long: one statement per table
    op.create_table(
        "risk_profiles",
        sa.Column("profile_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=24), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("back_test", sa.JSON(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_by", sa.String(length=64), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_by", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("profile_id", "version"),
    )
    op.create_index("risk_profiles_by_state", "risk_profiles", ["state"], unique=False)


def _create_rollouts() -> None:  # long: one statement per table
    op.create_table(
        "rollouts",
        sa.Column("rollout_id", sa.String(length=64), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("restarts", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rollout_id"),
    )
    op.create_index(op.f("ix_rollouts_made_at"), "rollouts", ["made_at"], unique=False)


def _create_seeded_forgeries() -> None:  # long: one statement per table
    op.create_table(
        "seeded_forgeries",
        sa.Column("seed_id", sa.String(length=36), nullable=False),
        sa.Column("certificate_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("registered_by", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seed_id"),
    )
    op.create_index("seeded_forgeries_by_number", "seeded_forgeries", ["number"], unique=False)


def _create_seeded_passages() -> None:  # long: one statement per table
    op.create_table(
        "seeded_passages",
        sa.Column("passage_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("passage_id"),
    )
    op.create_index(op.f("ix_seeded_passages_planned_at"), "seeded_passages", ["planned_at"], unique=False)


def _create_sites() -> None:  # long: one statement per table
    op.create_table(
        "sites",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("site_id"),
    )


def _create_store_info() -> None:  # long: one statement per table
    op.create_table(
        "store_info",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_subject_categories() -> None:  # long: one statement per table
    op.create_table(
        "subject_categories",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title_az", sa.Text(), nullable=False),
        sa.Column("title_ru", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("least_severity", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )


def _create_used_assertions() -> None:  # long: one statement per table
    op.create_table(
        "used_assertions",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("jti", sa.String(length=255), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "jti"),
    )
    op.create_index(op.f("ix_used_assertions_expires_at"), "used_assertions", ["expires_at"], unique=False)


def _create_users() -> None:  # long: one statement per table
    op.create_table(
        "users",
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sites", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_sha256", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("user_id"),
    )


def _create_watchlist_history() -> None:  # long: one statement per table
    op.create_table(
        "watchlist_history",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("watchlist_history_of_list", "watchlist_history", ["list_id", "at"], unique=False)
    op.create_index("watchlist_history_of_subject", "watchlist_history", ["subject_id", "at"], unique=False)


def _create_watchlist_packages() -> None:  # long: one statement per table
    op.create_table(
        "watchlist_packages",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sealed_package", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "version"),
    )


def _create_watchlists() -> None:  # long: one statement per table
    op.create_table(
        "watchlists",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("two_person_acts", sa.Text(), nullable=False),
        sa.Column("goes_everywhere", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("list_id"),
    )


def _create_webhooks() -> None:  # long: one statement per table
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=8), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=True),
        sa.Column("sealed_previous", sa.LargeBinary(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_reason", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id"),
    )
    op.create_index(op.f("ix_webhooks_owner"), "webhooks", ["owner"], unique=False)


def _create_access_tokens() -> None:  # long: one statement per table
    op.create_table(
        "access_tokens",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("certificate_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_clients.client_id"],
        ),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    op.create_index(op.f("ix_access_tokens_client_id"), "access_tokens", ["client_id"], unique=False)
    op.create_index(op.f("ix_access_tokens_expires_at"), "access_tokens", ["expires_at"], unique=False)


def _create_carriers() -> None:  # long: one statement per table
    op.create_table(
        "carriers",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("transport", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("daily_quota", sa.Integer(), nullable=True),
        sa.Column("is_sandbox", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["api_clients.client_id"],
        ),
        sa.PrimaryKeyConstraint("client_id"),
    )


def _create_citizen_contacts() -> None:  # long: one statement per table
    op.create_table(
        "citizen_contacts",
        sa.Column("citizen_key", sa.String(length=32), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("code_hmac", sa.String(length=64), nullable=False),
        sa.Column("code_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("asked_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_key"],
            ["citizens.citizen_key"],
        ),
        sa.PrimaryKeyConstraint("citizen_key"),
    )


def _create_citizen_sessions() -> None:  # long: one statement per table
    op.create_table(
        "citizen_sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("citizen_key", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_key"],
            ["citizens.citizen_key"],
        ),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    op.create_index(
        op.f("ix_citizen_sessions_citizen_key"), "citizen_sessions", ["citizen_key"], unique=False
    )
    op.create_index(op.f("ix_citizen_sessions_expires_at"), "citizen_sessions", ["expires_at"], unique=False)


def _create_external_identities() -> None:  # long: one statement per table
    op.create_table(
        "external_identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.user_id"],
        ),
        sa.PrimaryKeyConstraint("issuer", "subject"),
        sa.UniqueConstraint("user_id"),
    )


def _create_issued_certificates() -> None:  # long: one statement per table
    op.create_table(
        "issued_certificates",
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("proof", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("status_reason", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["issue_batches.batch_id"],
        ),
        sa.PrimaryKeyConstraint("certificate_id"),
        sa.UniqueConstraint("state", "number", name="issued_certificates_by_number"),
    )
    op.create_index(
        "issued_certificates_in_order", "issued_certificates", ["issued_at", "certificate_id"], unique=False
    )
    op.create_index(
        op.f("ix_issued_certificates_batch_id"), "issued_certificates", ["batch_id"], unique=False
    )


def _create_lanes() -> None:  # long: one statement per table
    op.create_table(
        "lanes",
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"],
            ["sites.site_id"],
        ),
        sa.PrimaryKeyConstraint("site_id", "lane_id"),
    )


def _create_proposals() -> None:  # long: one statement per table
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sealed_content", sa.LargeBinary(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["watchlists.list_id"],
        ),
        sa.PrimaryKeyConstraint("proposal_id"),
    )
    op.create_index(op.f("ix_proposals_subject_id"), "proposals", ["subject_id"], unique=False)
    op.create_index("proposals_by_state", "proposals", ["state", "proposed_at"], unique=False)
    op.create_index("proposals_of_list", "proposals", ["list_id", "proposed_at"], unique=False)


def _create_registry_sends() -> None:  # long: one statement per table
    op.create_table(
        "registry_sends",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("transaction_id", sa.String(length=36), nullable=False),
        sa.Column("most", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tip", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["registry_transactions.transaction_id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_index(
        op.f("ix_registry_sends_transaction_id"), "registry_sends", ["transaction_id"], unique=False
    )


def _create_sessions() -> None:  # long: one statement per table
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("sealed_id_token", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.user_id"],
        ),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"], unique=False)


def _create_subjects() -> None:  # long: one statement per table
    op.create_table(
        "subjects",
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("external_key", sa.String(length=128), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("instructions", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.Text(), nullable=False),
        sa.Column("amended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Text(), nullable=True),
        sa.Column("removal_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["watchlists.list_id"],
        ),
        sa.PrimaryKeyConstraint("subject_id"),
        sa.UniqueConstraint("list_id", "external_key", name="subjects_external_key"),
    )
    op.create_index("subjects_expiring", "subjects", ["expires_at"], unique=False)
    op.create_index(
        "subjects_live", "subjects", ["list_id", "removed_at", "expires_at", "subject_id"], unique=False
    )
    op.create_index("subjects_newest", "subjects", ["list_id", "enrolled_at", "subject_id"], unique=False)


def _create_watchlist_sites() -> None:  # long: one statement per table
    op.create_table(
        "watchlist_sites",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["watchlists.list_id"],
        ),
        sa.PrimaryKeyConstraint("list_id", "site_id"),
    )


def _create_watchlist_versions() -> None:  # long: one statement per table
    op.create_table(
        "watchlist_versions",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.String(length=16), nullable=False),
        sa.Column("subjects", sa.Integer(), nullable=False),
        sa.Column("references", sa.Integer(), nullable=False),
        sa.Column("package_sha256", sa.String(length=64), nullable=False),
        sa.Column("package_size", sa.Integer(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("state_of", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["watchlists.list_id"],
        ),
        sa.PrimaryKeyConstraint("list_id", "version"),
    )


def _create_watchlist_withdrawals() -> None:  # long: one statement per table
    op.create_table(
        "watchlist_withdrawals",
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawal", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["watchlists.list_id"],
        ),
        sa.PrimaryKeyConstraint("list_id", "site_id"),
    )


def _create_carrier_accounts() -> None:  # long: one statement per table
    op.create_table(
        "carrier_accounts",
        sa.Column("client_id", sa.String(length=56), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["carriers.client_id"],
        ),
        sa.PrimaryKeyConstraint("client_id"),
    )


def _create_certificate_acts() -> None:  # long: one statement per table
    op.create_table(
        "certificate_acts",
        sa.Column("act_id", sa.String(length=36), nullable=False),
        sa.Column("certificate_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=False),
        sa.Column("replaced_by", sa.String(length=36), nullable=True),
        sa.Column("progress", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["issued_certificates.certificate_id"],
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by"],
            ["issued_certificates.certificate_id"],
        ),
        sa.PrimaryKeyConstraint("act_id"),
    )
    op.create_index(
        op.f("ix_certificate_acts_certificate_id"), "certificate_acts", ["certificate_id"], unique=False
    )
    op.create_index(op.f("ix_certificate_acts_progress"), "certificate_acts", ["progress"], unique=False)


def _create_devices() -> None:  # long: one statement per table
    op.create_table(
        "devices",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=False),
        sa.Column("lane_id", sa.String(length=64), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.String(length=64), nullable=True),
        sa.Column("birth", sa.Integer(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("is_degraded", sa.Boolean(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("queue_depth", sa.Integer(), nullable=False),
        sa.Column("frame_age_p95_ms", sa.Float(), nullable=True),
        sa.Column("frames", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.Column("health_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "lane_id"],
            ["lanes.site_id", "lanes.lane_id"],
        ),
        sa.PrimaryKeyConstraint("device_id"),
        sa.UniqueConstraint("token_sha256"),
    )
    op.create_index("devices_by_place", "devices", ["site_id", "lane_id", "device_id"], unique=False)


def _create_look_alikes() -> None:  # long: one statement per table
    op.create_table(
        "look_alikes",
        sa.Column("first_id", sa.String(length=64), nullable=False),
        sa.Column("second_id", sa.String(length=64), nullable=False),
        sa.Column("margin", sa.Float(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["subjects.subject_id"],
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["subjects.subject_id"],
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id"),
    )
    op.create_index(op.f("ix_look_alikes_second_id"), "look_alikes", ["second_id"], unique=False)


def _create_name_words() -> None:  # long: one statement per table
    op.create_table(
        "name_words",
        sa.Column("word", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subjects.subject_id"],
        ),
        sa.PrimaryKeyConstraint("word", "subject_id"),
    )
    op.create_index(op.f("ix_name_words_subject_id"), "name_words", ["subject_id"], unique=False)


def _create_reference_photos() -> None:  # long: one statement per table
    op.create_table(
        "reference_photos",
        sa.Column("reference_id", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("contract_id", sa.String(length=16), nullable=False),
        sa.Column("sealed_photo", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_template", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("face_width", sa.Float(), nullable=False),
        sa.Column("captured_on", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("photo_sha256", sa.String(length=64), nullable=False),
        sa.Column("changed_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contracts.contract_id"],
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subjects.subject_id"],
        ),
        sa.PrimaryKeyConstraint("reference_id"),
    )
    op.create_index(
        op.f("ix_reference_photos_photo_sha256"), "reference_photos", ["photo_sha256"], unique=False
    )
    op.create_index(
        "reference_photos_changed", "reference_photos", ["contract_id", "changed_in"], unique=False
    )
    op.create_index(
        "reference_photos_of_subject", "reference_photos", ["subject_id", "contract_id"], unique=False
    )


def _create_subject_names() -> None:  # long: one statement per table
    op.create_table(
        "subject_names",
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("script", sa.String(length=16), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subjects.subject_id"],
        ),
        sa.PrimaryKeyConstraint("subject_id", "position"),
    )


def _create_device_commands() -> None:  # long: one statement per table
    op.create_table(
        "device_commands",
        sa.Column("command_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("issued_by", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.device_id"],
        ),
        sa.PrimaryKeyConstraint("command_id"),
    )
    op.create_index("device_commands_of_device", "device_commands", ["device_id", "issued_at"], unique=False)
    op.create_index("device_commands_waiting", "device_commands", ["state", "expires_at"], unique=False)


def _create_device_watchlists() -> None:  # long: one statement per table
    op.create_table(
        "device_watchlists",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("contract_id", sa.String(length=16), nullable=True),
        sa.Column("subjects", sa.Integer(), nullable=True),
        sa.Column("references", sa.Integer(), nullable=True),
        sa.Column("self_test", sa.Text(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rejected_version", sa.Integer(), nullable=True),
        sa.Column("rejected_reason", sa.Text(), nullable=True),
        sa.Column("rejected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.device_id"],
        ),
        sa.PrimaryKeyConstraint("device_id", "list_id"),
    )


def _create_health_samples() -> None:  # long: one statement per table
    op.create_table(
        "health_samples",
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queue_depth", sa.Integer(), nullable=False),
        sa.Column("frame_age_p95_ms", sa.Float(), nullable=True),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("is_degraded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.device_id"],
        ),
        sa.PrimaryKeyConstraint("device_id", "slot_at"),
        postgresql_partition_by="RANGE (slot_at)",
    )
    op.create_index(op.f("ix_health_samples_slot_at"), "health_samples", ["slot_at"], unique=False)


def _create_rollout_devices() -> None:  # long: one statement per table
    op.create_table(
        "rollout_devices",
        sa.Column("rollout_id", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("command_id", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"],
            ["devices.device_id"],
        ),
        sa.ForeignKeyConstraint(
            ["rollout_id"],
            ["rollouts.rollout_id"],
        ),
        sa.PrimaryKeyConstraint("rollout_id", "device_id"),
    )
    op.create_index("rollout_devices_of_command", "rollout_devices", ["command_id"], unique=False)
