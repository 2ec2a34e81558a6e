"""Every sentence the terminal says, in English; `translations` holds the other languages and all plurals."""

CONTEXT = "Terminal"


def translate(context: str, source: str, comment: str = "", count: int = 0) -> str:
    """Mark `source` for lupdate, which finds calls of this name; `translation.say` does the translating."""
    del context, comment, count
    return source


APPLICATION = translate("Terminal", "Lane terminal")
LANE = translate("Terminal", "Lane {lane}")
LOG_OUT = translate("Terminal", "Log out")
HELP = translate("Terminal", "Help")
ROLES = {
    "guard": translate("Terminal", "guard"),
    "supervisor": translate("Terminal", "supervisor"),
}

OFFICER = translate("Terminal", "Officer number")
PASSWORD = translate("Terminal", "Password")
LOG_IN = translate("Terminal", "Log in")
LOGGING_IN = translate("Terminal", "Logging in…")
LOGIN_EMPTY = translate("Terminal", "Type officer number and password.")
LOGIN_WRONG = translate("Terminal", "Officer number or password is wrong.")
LOGIN_TOO_OFTEN = translate("Terminal", "Too many attempts. Wait a minute, then try again.")
LOGIN_NO_LANE = translate("Terminal", "The lane does not answer. Trying again needs only “Log in”.")
LOGIN_REFUSED = translate("Terminal", "The lane refused the log-in (code {code}).")
SESSION_ENDED = translate("Terminal", "Your session has ended. Log in again.")
ANSWERS_WAITING = translate("Terminal", "%n answers still have to be sent", "", 1)

LANE_BLIND = translate("Terminal", "LANE BLIND")
LANE_BLIND_SINCE = translate(
    "Terminal", "No connection to the lane for {seconds} s. Check every traveller yourself."
)
LANE_BLIND_HEALING = translate("Terminal", "The connection heals by itself. Answers are kept and sent later.")

TRACKS = {
    "searching": translate("Terminal", "searching…"),
    "too-poor": translate("Terminal", "not clear yet"),
    "unusable": translate("Terminal", "face not usable: look yourself"),
    "non-match": translate("Terminal", "no alert"),
    "review": translate("Terminal", "second look"),
    "match": translate("Terminal", "alert"),
}
TRACK_REASONS = {
    "small": translate("Terminal", "too far away"),
    "blurred": translate("Terminal", "blurred"),
    "dark": translate("Terminal", "too dark"),
    "bright": translate("Terminal", "too bright"),
    "turned": translate("Terminal", "turned away"),
    "covered": translate("Terminal", "covered"),
    "picture": translate("Terminal", "may be a picture"),
}
PICTURE_OLD = translate("Terminal", "OLD PICTURE: {seconds} s")
PICTURE_AGE = translate("Terminal", "{seconds} s")
PICTURE_NONE = translate("Terminal", "No picture")
PICTURE_DISTRUST = translate("Terminal", "Do not trust it. Look yourself.")
FACES_MASKED = translate("Terminal", "faces masked")
CAMERA_STATUS = {
    "live": translate("Terminal", "live"),
    "connecting": translate("Terminal", "connecting"),
    "blind": translate("Terminal", "blind"),
    "frozen": translate("Terminal", "frozen picture"),
    "ended": translate("Terminal", "recording ended"),
    "failed": translate("Terminal", "failed"),
}

ALERTS = translate("Terminal", "Alerts")
OPEN_COUNT = translate("Terminal", "%n open", "", 1)
NO_ALERTS = translate("Terminal", "No alerts yet.")
ALERT_NEW = translate("Terminal", "NEW ALERT")
OUTCOMES = {
    "match": translate("Terminal", "Alert"),
    "review": translate("Terminal", "Second look"),
    "non-match": translate("Terminal", "No alert"),
}
ANSWER_OPEN = translate("Terminal", "open: compare the faces")
ANSWER_WAITING = translate("Terminal", "{answer} (not sent yet)")
ANSWERS = {
    "same": translate("Terminal", "Same person"),
    "not-same": translate("Terminal", "Not the same"),
    "unsure": translate("Terminal", "Unsure"),
}

QUESTION = translate("Terminal", "Is this the same person?")
PROBE = translate("Terminal", "At the lane now")
PROBE_ENDED = translate("Terminal", "At the lane, {time}")
REFERENCE = translate("Terminal", "Reference photo")
REFERENCE_OF = translate("Terminal", "Reference photo {number} of {total}")
REFERENCE_AGE = translate("Terminal", "taken %n years ago ({date})", "", 1)
REFERENCE_AGE_MONTHS = translate("Terminal", "taken %n months ago ({date})", "", 1)
REFERENCE_RECENT = translate("Terminal", "taken this month ({date})")
REFERENCE_UNDATED = translate("Terminal", "date unknown")
REFERENCE_MISSING = translate("Terminal", "No reference photo")
PICTURE_LOADING = translate("Terminal", "Loading…")
PICTURE_FAILED = translate("Terminal", "Picture not available")

FALSE_ALARMS_DAILY = translate("Terminal", "Expect about %n false alarms a day from this list.", "", 1)
FALSE_ALARMS_DAYS = translate("Terminal", "Expect about one false alarm in %n days from this list.", "", 1)
FALSE_ALARMS_DAILY_MOST = translate("Terminal", "Expect at most %n false alarms a day from this list.", "", 1)
FALSE_ALARMS_DAYS_MOST = translate(
    "Terminal", "Expect at most one false alarm in %n days from this list.", "", 1
)
FALSE_ALARMS_RARE = translate("Terminal", "Expect less than one false alarm a year from this list.")
LEAD_ONLY = translate("Terminal", "An alert is a lead. You decide.")
FACE_COVERED = translate("Terminal", "Something covers part of the face. Have it uncovered, then compare.")
FAKE_FACE = translate("Terminal", "The camera may be seeing a photo or a screen. Look at the person.")

PRESS_LOADING = translate("Terminal", "Wait: the pictures are still loading.")
PRESS_NO_PICTURE = translate("Terminal", "A picture is missing: only “unsure” can be answered.")
PRESS_TOO_SOON = translate("Terminal", "Look first: answers count from {seconds} s on.")
PRESS_TWICE = translate("Terminal", "Already answered. Press C to correct the answer.")
PRESS_NOTHING = translate("Terminal", "No alert is selected.")

ANSWERED = translate("Terminal", "{answer} · {officer} · {time}")
ANSWER_KEPT = translate(
    "Terminal", "Answer kept. Name and instructions come as soon as the lane answers again."
)
ANSWER_REFUSED = translate("Terminal", "The lane refused the answer: {reason}")
CORRECTING = translate("Terminal", "Correct the answer: 1, 2 or 3. Esc leaves it as it is.")
CORRECT = translate("Terminal", "Correct (C)")
REASON = translate("Terminal", "Reason or remark (R)")
SAVE_REASON = translate("Terminal", "Save")
INSTRUCTIONS = translate("Terminal", "What to do")
LIST = translate("Terminal", "List")
LIST_VERSION = translate("Terminal", "{title}, version {version}")
CATEGORY = translate("Terminal", "Category")
CATEGORIES = {
    "criminal-charges": translate("Terminal", "criminal charges"),
    "wanted": translate("Terminal", "wanted"),
    "court-order": translate("Terminal", "court order"),
    "customs-offence": translate("Terminal", "customs offence"),
    "missing-person": translate("Terminal", "missing person"),
    "test": translate("Terminal", "test: nobody is wanted"),
}
FREQUENT_CROSSER = translate("Terminal", "Frequent crosser")
FREQUENT_CROSSINGS = translate(
    "Terminal", "%n confirmed crossings in {window} (in: {entries}, out: {exits})", "", 1
)
WINDOWS = {
    24: translate("Terminal", "24 hours"),
    168: translate("Terminal", "7 days"),
    720: translate("Terminal", "30 days"),
}
WINDOW_HOURS = translate("Terminal", "{hours} hours")
AUTHORITY = translate("Terminal", "Authority")
LEGAL_BASIS = translate("Terminal", "Legal basis")
SCORE = translate("Terminal", "Comparison score")
SCORE_OF = translate("Terminal", "{score} (threshold {threshold})")
SUPERVISOR_NEXT = translate("Terminal", "Nothing adverse before a second person has confirmed.")

OPEN_BARRIER = translate("Terminal", "Open barrier")
HOLD_BARRIER = translate("Terminal", "Hold barrier")
BARRIER_AGAIN = translate("Terminal", "Press O again to open the barrier.")
BARRIER_OPENED = translate("Terminal", "Barrier opens.")
BARRIER_HELD = translate("Terminal", "Barrier is held.")
BARRIER_REFUSED = translate("Terminal", "Barrier not moved: {reason}")
BARRIER_UNANSWERED = translate("Terminal", "answer the open alert first")
NO_LANE = translate("Terminal", "no connection to the lane")
FORBIDDEN = translate("Terminal", "your role does not allow it")
REFUSED_CODE = translate("Terminal", "code {code}")

CAMERA = translate("Terminal", "Camera")
UPLINK = translate("Terminal", "Uplink")
UPLINK_UP = translate("Terminal", "connected")
UPLINK_DOWN = translate("Terminal", "cut off")
UPLINK_QUEUE = translate("Terminal", "%n waiting", "", 1)
WATCHLIST = translate("Terminal", "Watchlist")
WATCHLIST_NONE = translate("Terminal", "none")
WATCHLIST_VERSION = translate("Terminal", "{title} v{version}")
WATCHLIST_SUBJECTS = translate("Terminal", "%n persons", "", 1)
WATCHLIST_STALE = translate("Terminal", "out of date")
RECOGNISER = translate("Terminal", "Recognition")
FACES = translate("Terminal", "Faces")
FACES_UNUSABLE = translate("Terminal", "%n not usable: look yourself", "", 1)
STORE = translate("Terminal", "Storage")
STORE_GOOD = translate("Terminal", "good")
TERMINAL = translate("Terminal", "Terminal")
WARNING = translate("Terminal", "Warning")
CLOCK = translate("Terminal", "Clock")
CLOCK_DIFFERS = translate("Terminal", "lane differs by {seconds} s")
DEVICES = {
    "barrier": translate("Terminal", "Barrier"),
    "beacon": translate("Terminal", "Beacon"),
    "passport-reader": translate("Terminal", "Passport reader"),
}
DEVICE_STATUS = {
    "ready": translate("Terminal", "ready"),
    "idle": translate("Terminal", "idle"),
    "open": translate("Terminal", "open"),
    "opening": translate("Terminal", "opening"),
    "closing": translate("Terminal", "closing"),
    "closed": translate("Terminal", "closed"),
    "manual": translate("Terminal", "by hand"),
    "held": translate("Terminal", "held"),
    "off": translate("Terminal", "off"),
    "green": translate("Terminal", "green"),
    "amber": translate("Terminal", "amber"),
    "red": translate("Terminal", "red"),
    "offline": translate("Terminal", "offline"),
    "failed": translate("Terminal", "failed"),
    "unknown": translate("Terminal", "unknown"),
}
WARNINGS = {
    "camera-blind": translate("Terminal", "a camera is blind"),
    "camera-frozen": translate("Terminal", "a camera's picture is frozen"),
    "camera-failed": translate("Terminal", "a camera has failed"),
    "camera-ended": translate("Terminal", "a recording has ended"),
    "list-stale": translate("Terminal", "the watchlist is out of date"),
    "list-missing": translate("Terminal", "there is no watchlist"),
    "list-rejected": translate("Terminal", "a new watchlist was rejected"),
    "list-unsearchable": translate("Terminal", "somebody on the watchlist has no usable photo"),
    "gallery-recall-low": translate("Terminal", "the search misses people on the watchlist"),
    "disk-full": translate("Terminal", "disk full"),
    "disk-low": translate("Terminal", "disk nearly full"),
    "store-damaged": translate("Terminal", "store damaged"),
    "store-failed": translate("Terminal", "store not writable"),
    "uplink-down": translate("Terminal", "no uplink"),
    "models-failed": translate("Terminal", "recognition does not work"),
    "attack-detection-missing": translate("Terminal", "photos and screens are not noticed"),
    "calibration-lapsed": translate("Terminal", "thresholds are the model's again, not this lane's own"),
    "shadow": translate("Terminal", "THIS LANE RAISES NO ALERTS. Check every traveller yourself."),
    "calibration-assumed": translate("Terminal", "false alarms only estimated"),
    "running-on-CPUExecutionProvider": translate("Terminal", "runs on the slower processor"),
    "recording": translate("Terminal", "everybody who passes is being recorded"),
}

KEYS = translate("Terminal", "Keys")
KEY_SAME = translate("Terminal", "same person")
KEY_NOT_SAME = translate("Terminal", "not the same person")
KEY_UNSURE = translate("Terminal", "unsure")
KEY_CORRECT = translate("Terminal", "correct an answer")
KEY_REASON = translate("Terminal", "write a reason; Enter saves, Esc leaves")
KEY_WALK = translate("Terminal", "walk through the alerts")
KEY_REFERENCE = translate("Terminal", "previous or next reference photo")
KEY_NEXT_OPEN = translate("Terminal", "next open alert")
KEY_BARRIER = translate("Terminal", "open the barrier (press twice)")
KEY_HOLD = translate("Terminal", "hold the barrier")
KEY_LANGUAGE = translate("Terminal", "Azerbaijani, Russian, English")
KEY_THEME = translate("Terminal", "high contrast on or off")
KEY_ESCAPE = translate("Terminal", "close this help, close the alert")
KEY_HELP = translate("Terminal", "this help")
KEY_LOG_OUT = translate("Terminal", "log out")
