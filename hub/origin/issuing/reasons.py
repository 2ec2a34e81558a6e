"""Why a certificate was suspended or revoked: the numbers that stand on the chain. Pure."""

from enum import IntEnum


class StatusReason(IntEnum):
    """Numbers stay; 0 says nothing."""

    UNSTATED = 0
    ISSUED_IN_ERROR = 1
    REPLACED = 2
    """Another certificate stands in its place."""
    NOT_ORIGINATING = 3
    """A verification found that the goods do not originate there."""
    AT_EXPORTERS_REQUEST = 4
    LOST_OR_STOLEN = 5
    UNDER_VERIFICATION = 6
    FORGED_APPLICATION = 7

    @property
    def code(self) -> str:
        """Its name on a command line and in the API: ``issued-in-error``."""
        return self.name.lower().replace("_", "-")


BY_CODE = {reason.code: reason for reason in StatusReason}
