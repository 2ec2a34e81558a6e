"""Codes of lists, proposals and their history in words; an unknown code is shown as it is. Pure."""

from hub.console.wording import mark

ACTS = {
    "enrol": mark("Enrolment"),
    "amend": mark("Amendment"),
    "remove": mark("Removal"),
    "publish": mark("Publication"),
    "policy": mark("Change of policy"),
}
STATES = {
    "waiting": mark("Waits"),
    "approved": mark("Approved"),
    "applied": mark("Done"),
    "rejected": mark("Rejected"),
    "withdrawn": mark("Withdrawn"),
    "lapsed": mark("Lapsed"),
}
STATE_TONES = {
    "waiting": "warn dot",
    "approved": "good",
    "applied": "good",
    "rejected": "bad",
}
TWO_PERSON_ACTS = {
    "enrol": mark("Enrol a person"),
    "amend": mark("Amend names or photos"),
    "remove": mark("Take a person off the list"),
    "publish": mark("Publish a version"),
}
EVENTS = {
    "enrolled": mark("Enrolled"),
    "amended": mark("Amended"),
    "photos-added": mark("Photos added"),
    "removed": mark("Taken off the list"),
    "expired": mark("Listing ended by itself"),
    "look-alike": mark("Called a look-alike of another person"),
    "resemblance-dismissed": mark("A resemblance was looked at and passed over"),
    "published": mark("Version published"),
    "policy-changed": mark("Policy changed"),
    "proposed": mark("Proposed"),
    "rejected": mark("Proposal rejected"),
    "withdrawn": mark("Proposal withdrawn"),
    "lapsed": mark("Proposal lapsed"),
    "imported": mark("Imported"),
    "exported": mark("Exported"),
    "list-created": mark("List made"),
}
FIELDS = {
    "display_name": mark("Name"),
    "aliases": mark("Other names"),
    "category": mark("Reason of listing"),
    "severity": mark("Severity"),
    "legal_basis": mark("Legal basis"),
    "authority": mark("Authority"),
    "case_number": mark("Case number"),
    "instructions": mark("Instructions"),
    "expires_at": mark("Listed until"),
    "external_key": mark("Key in another system"),
    "photos": mark("Photos"),
    "version": mark("Version"),
    "state_of": mark("State of version"),
    "two_person_acts": mark("Needs two officers"),
    "sites": mark("Sites"),
    "act": mark("Act"),
    "look_alike": mark("Other person"),
    "resembles": mark("Other person"),
    "enrolled": mark("Persons"),
    "amended": mark("Amendments"),
}
SCRIPTS = {
    "latin": mark("Latin"),
    "azerbaijani": mark("Azerbaijani"),
    "cyrillic": mark("Cyrillic"),
    "georgian": mark("Georgian"),
    "arabic": mark("Arabic"),
    "other": mark("other script"),
}
COMPONENTS = {
    "UnifiedQualityScore": mark("Overall"),
    "Sharpness": mark("Sharpness"),
    "InterEyeDistance": mark("Size of the face"),
    "HeadPoseYaw": mark("Turned to the side"),
    "HeadPosePitch": mark("Tilted up or down"),
    "HeadPoseRoll": mark("Inclined"),
    "LuminanceMean": mark("Brightness"),
    "UnderExposurePrevention": mark("Not too dark"),
    "OverExposurePrevention": mark("Not too bright"),
    "IlluminationUniformity": mark("Even light"),
    "FaceOcclusionPrevention": mark("Nothing covers the face"),
}
HINTS = {
    "small": mark("The face is rather small."),
    "blurred": mark("The face is not quite sharp."),
    "dark": mark("Parts of the face are dark."),
    "bright": mark("Parts of the face are too bright."),
    "turned": mark("The face is turned a little."),
    "tilted": mark("The head is inclined."),
    "uneven-light": mark("One side of the face is lit more than the other."),
    "occluded": mark("Something may cover a part of the face."),
}
PROBLEMS = {
    "same-person": mark("Whoever proposed it cannot decide on it: another officer has to."),
    "already-decided": mark("It has been decided already, or it has waited too long."),
    "overtaken": mark("The list has changed since. Reject it and have it proposed anew."),
    "proposed-already": mark("Such a proposal waits already."),
    "off-the-list": mark("This person is no longer on the list."),
    "external-key-taken": mark("A person with this key is on the list already."),
    "empty-list": mark("Nobody is on this list, so there is nothing to publish."),
    "mixed-contracts": mark("The photos were enrolled with different model packs; enrol them anew with one."),
    "no-change": mark("Nothing was changed."),
    "not-yours": mark("Only the officer who proposed it can withdraw it."),
}
ARCHIVE_REASONS = {
    "unreadable": mark("The file cannot be read."),
    "archive-too-large": mark("The archive holds too much."),
    "path-traversal": mark("The archive tries to reach outside itself."),
    "encrypted": mark("The archive is encrypted."),
    "decompression-bomb": mark("The archive would unpack to far more than it holds."),
    "resembles": mark("Somebody listed looks like this person."),
    "twice": mark("This key stands in two rows."),
}
