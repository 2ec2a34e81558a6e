"""The tree of `hub.toml`: its sections, each with what holds where nothing is said. Pure."""

from enum import StrEnum
from pathlib import Path

import msgspec

from hub.origin.issuing.settings import IssuingSettings
from hub.origin.settings import OriginSettings


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
