"""Places of pictures: the same behaviour in a folder and on an S3 server that really answers."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from msgspec import structs

from hub.settings_tree import StoreSettings
from hub.store.picture_places import PicturePlaceError, place_of

BUCKET = "pictures"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    facts = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=address, **facts).create_bucket(Bucket=BUCKET)
    yield address
    server.stop()


def bucket(folder: Path, endpoint: str, prefix: str = "hub") -> StoreSettings:
    secrets = folder / "s3.keys"
    secrets.write_text("key\nsecret\n")
    return StoreSettings(
        pictures=f"s3://{BUCKET}/{prefix}",
        pictures_endpoint=endpoint,
        pictures_region="us-east-1",
        pictures_credentials=secrets,
    )


@pytest.fixture(params=["evidence", "folder", "file", pytest.param("s3", marks=pytest.mark.slow)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> StoreSettings:
    match request.param:
        case "evidence":
            return StoreSettings(evidence=tmp_path / "evidence")
        case "folder":
            return StoreSettings(pictures=str(tmp_path / "pictures"))
        case "file":
            return StoreSettings(pictures=(tmp_path / "pictures").as_uri())
        case _:
            return bucket(tmp_path, request.getfixturevalue("endpoint"), tmp_path.name)


def test_what_is_written_is_read(settings: StoreSettings) -> None:
    place_of(settings).write("ab/cd.sealed", b"first")
    place_of(settings).write("ab/cd.sealed", b"second")
    assert place_of(settings).read("ab/cd.sealed") == b"second"


def test_what_is_not_there_is_named(settings: StoreSettings) -> None:
    with pytest.raises(PicturePlaceError, match=r"ab/none\.sealed"):
        place_of(settings).read("ab/none.sealed")


def test_what_is_deleted_is_gone_however_often(settings: StoreSettings) -> None:
    place = place_of(settings)
    place.write("ab/cd.sealed", b"first")
    place.delete("ab/cd.sealed")
    place.delete("ab/cd.sealed")
    with pytest.raises(PicturePlaceError):
        place.read("ab/cd.sealed")


def test_a_folder_leaves_nothing_half_written(tmp_path: Path) -> None:
    place_of(StoreSettings(evidence=tmp_path)).write("ab/cd.sealed", b"whole")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["cd.sealed"]


@pytest.mark.parametrize(
    ("address", "reason"), [("ftp://host/x", "neither a folder"), ("gs://bucket", "neither a folder")]
)
def test_another_kind_of_place_is_refused(address: str, reason: str) -> None:
    with pytest.raises(PicturePlaceError, match=reason):
        place_of(StoreSettings(pictures=address))


@pytest.mark.parametrize(("content", "reason"), [("one\n", "a line each"), (None, "No such file")])
def test_bad_credentials_are_named(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "keys"
    if content is not None:
        path.write_text(content)
    with pytest.raises(PicturePlaceError, match=reason):
        place_of(StoreSettings(pictures="s3://bucket", pictures_credentials=path))


@pytest.mark.slow
def test_a_bucket_that_does_not_exist_is_named(tmp_path: Path, endpoint: str) -> None:
    settings = bucket(tmp_path, endpoint)
    absent = place_of(structs.replace(settings, pictures="s3://absent/hub"))
    with pytest.raises(PicturePlaceError, match="s3://absent/hub/ab"):
        absent.write("ab", b"x")
