"""What no `hub.toml` may say: each key with its reason. Pure."""

from zoneinfo import available_timezones

from hub.origin.issuing.settings import issuing_problem
from hub.origin.settings import origin_problem
from hub.settings_tree import (
    ApiSettings,
    CaseSettings,
    DeclarationSettings,
    HubSettings,
    MailSecurity,
    MailSettings,
    OidcSettings,
    PublicAppSettings,
    WatchlistSettings,
)

MONTHS_KEPT_FOR = frozenset(
    {"none", "confirmed", "not-the-person", "not-stopped", "handed-over", "document-check", "unclear"}
)
"""What a case may have come to, as retention names it; ``none``: nothing was recorded."""
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


def reason_to_refuse(settings: HubSettings) -> str | None:
    """Name the first key whose value cannot be, and why; None: all can."""
    api = settings.api
    checks = (
        (not 0 < api.port < 65536, f"api.port: {api.port} is not in 1..65535"),
        (not 0 < settings.ingest.shards <= 64, f"ingest.shards: {settings.ingest.shards} is not in 1..64"),
        (
            not 0 < settings.carrier_stream.shards <= 64,
            f"carrier_stream.shards: {settings.carrier_stream.shards} is not in 1..64",
        ),
        (not 0 < settings.broker.port < 65536, f"broker.port: {settings.broker.port} is not in 1..65535"),
        (
            (api.tls_certificate is None) != (api.tls_key is None),
            "api: tls_certificate and tls_key go together",
        ),
        (
            api.host not in LOOPBACK_HOSTS and api.tls_key is None and not api.is_behind_tls_proxy,
            f"api.host: {api.host!r} is reachable from outside and there is no TLS",
        ),
        (not 0 < api.session_hours <= 24, f"api.session_hours: {api.session_hours} is not in 1..24"),
        *_public_app_checks(settings.public_app),
        *_mail_checks(settings.mail),
        *_api_checks(api),
        *_oidc_checks(settings.oidc),
        *_case_checks(settings.cases),
        *_declaration_checks(settings.declarations),
        *_watchlist_checks(settings.watchlists),
    )
    found = next((reason for is_bad, reason in checks if is_bad), None)
    return found or origin_problem(settings.origin) or issuing_problem(settings.origin_issuing)


def _watchlist_checks(watchlists: WatchlistSettings) -> tuple[tuple[bool, str], ...]:
    return (
        (
            not 0 < watchlists.manifest_days <= 366,
            f"watchlists.manifest_days: {watchlists.manifest_days} is not in 1..366",
        ),
        (
            not 0 <= watchlists.pair_margin <= 1,
            f"watchlists.pair_margin: {watchlists.pair_margin} is not in 0..1",
        ),
        (
            not 0 < watchlists.proposal_days <= 90,
            f"watchlists.proposal_days: {watchlists.proposal_days} is not in 1..90",
        ),
        (
            not 0 < watchlists.draft_hours <= 48,
            f"watchlists.draft_hours: {watchlists.draft_hours} is not in 1..48",
        ),
    )


def _public_app_checks(app: PublicAppSettings) -> tuple[tuple[bool, str], ...]:
    return (
        (not 0 < app.session_hours <= 24, f"public_app.session_hours: {app.session_hours} is not in 1..24"),
        (app.codes_per_minute < 1, "public_app.codes_per_minute is at least 1"),
    )


def _mail_checks(mail: MailSettings) -> tuple[tuple[bool, str], ...]:
    is_far = bool(mail.host) and mail.host not in LOOPBACK_HOSTS
    return (
        (not 0 < mail.port < 65536, f"mail.port: {mail.port} is not in 1..65535"),
        (
            is_far and mail.security is MailSecurity.NONE,
            f"mail.security: {mail.host!r} is another machine and there is no TLS",
        ),
        (bool(mail.host) and "@" not in mail.sender, f"mail.sender: {mail.sender[:40]!r} is no address"),
        (not 0 < mail.timeout_s <= 60, f"mail.timeout_s: {mail.timeout_s} is not in 0..60"),
    )


def _api_checks(api: ApiSettings) -> tuple[tuple[bool, str], ...]:
    return (
        (
            api.client_ca is not None and api.tls_key is None,
            "api: client_ca needs tls_certificate and tls_key",
        ),
        (
            bool(api.client_certificate_header) and not api.trusted_proxies,
            "api: client_certificate_header needs trusted_proxies",
        ),
        (
            min(api.requests_per_minute, api.request_burst, api.stranger_requests_per_minute) < 1,
            "api: requests_per_minute, request_burst and stranger_requests_per_minute are at least 1",
        ),
        (
            not 0 < api.streams_per_caller <= api.streams_at_once <= 10_000,
            f"api.streams_at_once: {api.streams_at_once} is not in streams_per_caller..10000",
        ),
    )


def _oidc_checks(oidc: OidcSettings) -> tuple[tuple[bool, str], ...]:
    is_on = bool(oidc.issuer)
    return (
        (is_on and not (oidc.client_id and oidc.roles), "oidc: issuer needs client_id and roles"),
        (is_on and "openid" not in oidc.scopes, "oidc.scopes: openid is missing"),
    )


def _declaration_checks(declarations: DeclarationSettings) -> tuple[tuple[bool, str], ...]:
    kept, lapse = declarations.days_kept, declarations.lapse_days
    return (
        (not 366 <= kept <= 36_525, f"declarations.days_kept: {kept} is not in 366..36525"),
        (not 1 <= lapse <= 366, f"declarations.lapse_days: {lapse} is not in 1..366"),
    )


def _case_checks(cases: CaseSettings) -> tuple[tuple[bool, str], ...]:
    months = (*cases.months_kept.values(), cases.months_otherwise)
    hours = cases.shift_starts
    return (
        (cases.zone not in available_timezones(), f"cases.zone: {cases.zone[:40]!r} is no time zone"),
        (
            not hours or any(not 0 <= hour < 24 for hour in hours),
            f"cases.shift_starts: {list(hours)} are no hours from 0 to 23",
        ),
        (
            cases.group_by not in {"", "category", "severity", "authority"},
            f"cases.group_by: {cases.group_by[:40]!r} is none of category, severity, authority",
        ),
        (
            bool(cases.group_by) and not cases.group_legal_basis.strip(),
            "cases: group_by needs group_legal_basis",
        ),
        (any(not 0 < one <= 600 for one in months), "cases: months_kept and months_otherwise are 1 to 600"),
        (
            not set(cases.months_kept) <= MONTHS_KEPT_FOR,
            f"cases.months_kept: {sorted(set(cases.months_kept) - MONTHS_KEPT_FOR)} are no outcomes",
        ),
    )
