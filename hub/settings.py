"""Settings of the hub's processes: one `hub.toml`, read once into one frozen tree."""

from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from zoneinfo import available_timezones

import msgspec

from hub.origin.issuing.settings import IssuingSettings, issuing_problem
from hub.origin.settings import OriginSettings, nodes_from, origin_problem
from sync.settings_file import SettingsError, read_settings

Section = TypeVar("Section", bound=msgspec.Struct)

MONTHS_KEPT_FOR = frozenset(
    {"none", "confirmed", "not-the-person", "not-stopped", "handed-over", "document-check", "unclear"}
)
"""What a case may have come to, as retention names it; ``none``: nothing was recorded."""
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[store]: where the hub keeps what it knows."""

    url: str = "sqlite:///hub.db"
    """SQLAlchemy address; a relative SQLite path starts at the settings file."""
    evidence: Path = Path("evidence")
    """Folder of the sealed evidence pictures, and of this machine's locks."""
    inbox_days: int = 400
    """How long the messages of devices are kept as they came; what they say stays."""
    pictures: str = ""
    """Where evidence pictures lie instead: a folder, ``file:///…`` or ``s3://bucket/prefix``."""
    pictures_endpoint: str = ""
    """Address of the S3 server; empty: Amazon's."""
    pictures_region: str = ""
    pictures_credentials: Path | None = None
    """File with the access key and the secret key, a line each."""


class ApiSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[api]: the HTTP API and the console."""

    host: str = "127.0.0.1"
    port: int = 8440
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    is_behind_tls_proxy: bool = False
    """A proxy in front terminates TLS; allows a plain listener beyond loopback and sets Secure cookies."""
    origins: tuple[str, ...] = ()
    """Further origins, such as ``https://hub.example``, whose pages may send forms here."""
    session_hours: int = 12
    public_url: str = ""
    """How people and machines reach the hub, such as ``https://hub.example``; empty: host and port."""
    client_ca: Path | None = None
    """CA certificates (PEM) of client certificates; set: the listener asks for one."""
    client_certificate_header: str = ""
    """Header in which a trusted proxy names the client certificate it verified."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of the proxies whose headers are believed."""
    requests_per_minute: int = 600
    """Of one person or machine."""
    request_burst: int = 200
    stranger_requests_per_minute: int = 120
    """Of one address from which nobody has signed in."""
    streams_at_once: int = 256
    """Live streams of one process."""
    streams_per_caller: int = 8

    @property
    def base_url(self) -> str:
        """Address without a slash at its end."""
        scheme = "https" if self.tls_key is not None else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"{scheme}://{host}:{self.port}").rstrip("/")


class OidcSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[oidc]: sign-in at an OpenID provider; without an issuer there is none."""

    issuer: str = ""
    client_id: str = ""
    client_secret_file: Path | None = None
    scopes: tuple[str, ...] = ("openid", "profile")
    user_claim: str = "preferred_username"
    name_claim: str = "name"
    role_claim: str = "groups"
    roles: dict[str, str] = msgspec.field(default_factory=dict)
    """Value of the role claim to role; the first that fits is taken, and without one nobody gets in."""
    allowed_users: tuple[str, ...] = ()
    """Empty: everybody with a role."""
    ca: Path | None = None
    """CA certificates (PEM) of the provider; None: the system's."""


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[webhooks]: where notifications may go."""

    allowed_hosts: tuple[str, ...] = ()
    """``host:port`` that may be private and without TLS; every other receiver is public and https."""
    ca: Path | None = None
    """CA certificates (PEM) of receivers; None: the system's."""
    timeout_s: float = 10.0


class BrokerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[broker]: the MQTT broker."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    """``{shard}`` in it stands for an ingest worker's number."""
    password_file: Path | None = None
    ca: Path | None = None
    """CA certificate file; set: the connection is TLS."""


class CarrierStreamSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[carrier_stream]: the account by which declarations of carriers are taken in at the broker."""

    username: str | None = None
    """Not the one of ``[broker]``: a broker lets an account in once."""
    password_file: Path | None = None
    shards: int = 1
    """How many processes share the carriers."""


class IngestSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[ingest]: how many workers share the devices."""

    shards: int = 1


class KeySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[keys]: files that hold secrets."""

    signing: Path = Path("signing.pem")
    """Ed25519 private key (PEM) that signs watchlist manifests."""
    store: Path = Path("store.key")
    """32 bytes in hexadecimal; seals evidence, reference photos, templates and packages."""


class ModelSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[models]: the pack that extracts templates at enrolment; must be the devices' pack."""

    pack: str = ""
    """Empty: the best pack whose files verify."""
    search_path: tuple[Path, ...] = ()
    provider: str = "CPUExecutionProvider"
    providers: dict[str, str] = msgspec.field(default_factory=dict)
    """Where they differ: the provider of ``detection``, ``extraction`` or ``attack-detection``."""
    accept_noncommercial: bool = False


class WatchlistSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[watchlists]: publication, and what two officers decide together."""

    manifest_days: int = 30
    """How long a published version may be taken up and searched before devices call it stale."""
    pair_margin: float = 0.1
    """Score by which one of two look-alikes must lead the other for a match; nearer is a review."""
    proposal_days: int = 7
    """How long a proposal waits for a second officer."""
    draft_hours: int = 2
    """How long a checked but unsent enrolment is kept."""


class EnrolmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[enrolment]: what a face must be to serve as a reference; see `models.image_quality`."""

    min_face_width: float = 64.0
    """Pixels."""
    min_sharpness: float = 15.0
    min_luma: float = 40.0
    """0 to 255."""
    max_luma: float = 225.0
    max_yaw_ratio: float = 0.45
    """Nose beside the middle of the eyes, in eye distances."""


class CaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[cases]: how cases are counted, and how long they are kept."""

    zone: str = "Asia/Baku"
    """Whose calendar days and shifts the statistics go by."""
    shift_starts: tuple[int, ...] = (8, 20)
    """Hours at which a guard's shift begins."""
    group_by: str = ""
    """``category``, ``severity`` or ``authority`` of the list's record; empty: no results by group."""
    group_legal_basis: str = ""
    """Legal text that allows results by group; shown with them, required for them."""
    months_kept: dict[str, int] = msgspec.field(default_factory=dict)
    """Months per outcome, beside `months_otherwise`; ``none`` is a case without an outcome."""
    months_otherwise: int = 12


class DeclarationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[declarations]: how declarations are taken in."""

    batches_at_once: int = 2
    """Batches that one process of the API works at; whoever comes then is asked to wait (429)."""
    random_share: float = 0.01
    """Of what nothing else selects this part is inspected, so that what profiles miss is seen."""
    bulk_needs_two: bool = True
    """A decision on several declarations at once waits for a second officer."""
    days_kept: int = 1827
    """Days after which a month's declarations are deleted with all that belongs to them."""
    lapse_days: int = 30
    """A decided declaration lapses so many days after its arrival and its decision when no goods came."""
    wco_schemas: Path | None = None
    """Folder of the WCO schemas (XSD); none: nothing is validated against them."""
    duty_tables: Path | None = None
    """Folder of the tables of duties, limits and rates; none: packaged examples."""


class PublicAppSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[public_app]: the citizens' web app under ``/app``."""

    enabled: bool = False
    code_outbox: Path = Path("citizen-codes")
    """Folder of the one-time codes, which the local identity provider writes in place of sending them."""
    session_hours: int = 2
    codes_per_minute: int = 20
    """Sign-in forms of one address; whoever sends more is asked to wait (429)."""


class MailSecurity(StrEnum):
    """How a connection to a mail server is kept from being read."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """Only to this machine."""


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """[mail]: how letters to citizens go out."""

    host: str = ""
    """Of the mail server; empty: letters are only written into `folder`."""
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    username: str = ""
    password_file: Path | None = None
    sender: str = ""
    """Address in the letters, such as ``no-reply@customs.example``."""
    ca: Path | None = None
    """CA certificates (PEM) of the server; None: the system's."""
    timeout_s: float = 10.0
    folder: Path = Path("letters")


class HubSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole `hub.toml`; paths are absolute after `load_settings`."""

    store: StoreSettings = StoreSettings()
    api: ApiSettings = ApiSettings()
    broker: BrokerSettings = BrokerSettings()
    carrier_stream: CarrierStreamSettings = CarrierStreamSettings()
    ingest: IngestSettings = IngestSettings()
    keys: KeySettings = KeySettings()
    models: ModelSettings = ModelSettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    watchlists: WatchlistSettings = WatchlistSettings()
    oidc: OidcSettings = OidcSettings()
    webhooks: WebhookSettings = WebhookSettings()
    cases: CaseSettings = CaseSettings()
    declarations: DeclarationSettings = DeclarationSettings()
    public_app: PublicAppSettings = PublicAppSettings()
    mail: MailSettings = MailSettings()
    origin: OriginSettings = OriginSettings()
    origin_issuing: IssuingSettings = IssuingSettings()


def load_settings(path: Path) -> HubSettings:
    """Read and check `hub.toml`; raises `SettingsError` naming file, key and reason."""
    settings = resolve_paths(read_settings(path, HubSettings), path.resolve().parent)
    reason = _reason_to_refuse(settings)
    if reason is not None:
        raise SettingsError(f"{path}: {reason}")
    return settings


def resolve_paths(settings: HubSettings, folder: Path) -> HubSettings:
    """Make every relative path start at `folder`."""
    return HubSettings(
        store=_absolute(
            settings.store,
            folder,
            url=_absolute_url(settings.store.url, folder),
            pictures=_absolute_place(settings.store.pictures, folder),
        ),
        api=_absolute(settings.api, folder),
        broker=_absolute(settings.broker, folder),
        carrier_stream=_absolute(settings.carrier_stream, folder),
        ingest=settings.ingest,
        keys=_absolute(settings.keys, folder),
        models=_absolute(
            settings.models, folder, search_path=tuple(folder / path for path in settings.models.search_path)
        ),
        enrolment=settings.enrolment,
        watchlists=settings.watchlists,
        oidc=_absolute(settings.oidc, folder),
        webhooks=_absolute(settings.webhooks, folder),
        cases=settings.cases,
        declarations=_absolute(settings.declarations, folder),
        public_app=_absolute(settings.public_app, folder),
        mail=_absolute(settings.mail, folder),
        origin=_absolute(settings.origin, folder, nodes=nodes_from(settings.origin, folder)),
        origin_issuing=_absolute(settings.origin_issuing, folder),
    )


def _absolute(section: Section, folder: Path, **changes: object) -> Section:
    for name in section.__struct_fields__:
        value = getattr(section, name)
        if isinstance(value, Path):
            changes[name] = folder / value
    return msgspec.structs.replace(section, **changes)


def _absolute_url(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url.startswith(prefix + ":memory:"):
        return url
    return f"{prefix}{folder / url.removeprefix(prefix)}"


def _absolute_place(place: str, folder: Path) -> str:
    return place if not place or "://" in place else str(folder / place)


def _reason_to_refuse(settings: HubSettings) -> str | None:
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
