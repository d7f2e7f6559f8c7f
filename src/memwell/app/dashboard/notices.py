"""What a page says after something was done. The address names a line of this list, no words."""

NOTICES = {
    "added": "Remembered.",
    "edited": "A new version was written. The one before is kept below.",
    "same": "The words are the same as before; nothing was changed.",
    "frozen": "Frozen: it is still found, and changed by nobody.",
    "thawed": "Thawed: it can be changed again.",
    "deleted": "It is no longer found. It can be brought back below.",
    "restored": "It is back, and will be found again.",
    "forgotten": "Forgotten for good.",
    "shared": "Shared.",
    "revoked": "The grant was taken back.",
    "undone": "Undone. This is the change that did it; undo it to bring everything back.",
    "key-revoked": "That key opens nothing any more.",
    "retried": "It will be tried again.",
    "logged-out": "You are logged out.",
}
