"""Which manifest or withdrawal stands on which topic, by the policy of each list."""

from sqlalchemy import Connection, select

from hub.fleet.tables import sites
from hub.watchlist.policy import formerly_named, policy_of
from hub.watchlist.publishing import newest_manifests
from hub.watchlist.withdrawing import withdrawal_payloads
from sync import topics
from sync.codec import encode_manifest


def announcements(connection: Connection) -> dict[str, bytes]:
    """Return the retained payload of each topic; an empty one takes back what a former policy put there.

    A list that goes everywhere is announced to all at once, another one only on its sites' own topics; where
    it was taken away its withdrawal stands there instead.
    """
    found: dict[str, bytes] = {}
    known = tuple(connection.scalars(select(sites.c.site_id).order_by(sites.c.site_id)))
    former, withdrawn = formerly_named(connection), withdrawal_payloads(connection)
    for manifest in newest_manifests(connection):
        list_id, payload = manifest.list_id, encode_manifest(manifest)
        named = policy_of(connection, list_id).sites
        found[topics.manifest(list_id)] = payload if named is None else b""
        for site_id in known:
            place = (list_id, site_id)
            if named is not None:
                elsewhere = withdrawn.get(place, b"")
                found[topics.site_manifest(site_id, list_id)] = payload if site_id in named else elsewhere
            elif place in former or place in withdrawn:
                found[topics.site_manifest(site_id, list_id)] = b""
    return found
