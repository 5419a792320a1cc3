"""Page furniture: what stands around an article without being of it, and is never offered as an answer."""

from __future__ import annotations

import re

FURNITURE = re.compile(
    r"""^(?:
    (?:please\s+)?share\s+(?:this|on|via)\b.{0,40}
    | (?:\d+|a|one|two|three|five)[\s-]*min(?:ute)?s?\.?\s+(?:read|listen|video).{0,20}
    | (?:by|from|von|par)\s+(?-i:[A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*){0,3}(?:,\s*[A-Z][\w\s]{0,40})?)
    | (?:editor|staff|admin|author|editorial\ staff|news\ desk|staff\ (?:writer|reporter))
    | (?:written|posted|published|updated|last\ updated|reported|edited)(?:\s+(?:by|on|at)\s|\s*:).{0,60}
    | (?:read|see|watch|listen|learn)\s+(?:more|also|next|now|the\ full\ \w+)\b.{0,80}
    | (?:related|recommended|trending|popular|most\ read|latest)
      (?:\s+(?:articles?|stories|posts?|news|topics?|content|now))?:?
    | (?:sign\s+up|subscribe|log\s*in|sign\s*in|register|join\s+(?:us|our))\b.{0,80}
    | (?:follow|find|like)\s+us\b.{0,60}
    | (?:click|tap)\s+here\b.{0,60}
    | (?:advertisement|sponsored(?:\s+content)?|promoted|ad)
    | (?:image|photo|photograph|picture|video|credit|source|caption)s?\s*+(?:credit|by|courtesy)?\s*+:.{0,80}
    | (?:(?:copyright|\(c\))\s*+(?:\u00a9|\(c\))?\s*+[12]\d{3}|\u00a9).{0,100}
    | all\s+rights\s+reserved.{0,60}
    | (?:leave\s+a\s+(?:comment|reply)|comments?|\d+\s+comments?|no\s+comments?|print|e-?mail|copy\s+link)
    | (?:tweet|facebook|twitter|whatsapp|telegram|linkedin|reddit)
    | (?:skip\s+to|back\s+to|go\s+to|jump\s+to)\s+.{0,40}
    | (?:home|menu|search|close|next|previous|prev|more|(?:tags?|categories|topics)\b(?::.{0,80})?)
    | (?:we\s+use|this\s+(?:web)?site\s+uses)\s+cookies\b.{0,200}
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
FURNITURE_SENTENCE = re.compile(
    r"^(?:(?:this\s+(?:web)?site|we)\s+uses?\s+cookies\b|(?:(?:copyright|\(c\))\s+(?:\u00a9\s*)?[12]\d{3}|\u00a9)|all\s+rights\s+reserved"
    r"|(?:sign\s+up|subscribe)\s+(?:to|for)\b.*\b(?:newsletters?|alerts?|updates|emails?|free|today|channel)\b"
    r"|(?:click|tap)\s+here\b|follow\s+us\b|please\s+(?:share|subscribe)\b|share\s+(?:this|on|via)\b)",
    re.IGNORECASE,
)
CHATTER = re.compile(
    r"^(?:hey|hi|hello|ok(?:ay)?|alright|all\s+right|so|well|now)?,?\s*+(?:guys|folks|everyone|friends)?,?\s*+"
    r"(?:(?:buckle\s+up|stay\s+tuned|keep\s+(?:reading|your\s+eyes\s+peeled)|crystal\s+ball\s+time|read\s+on)\b.*"
    r"|let(?:'|\u2019)?s\s+(?:dive|break\s+(?:down|it)|talk|flip|zoom|explore|get\s+started|begin|start)\b[^\d\"\u201c]*"
    r"|we(?:'|\u2019)re\s+(?:diving|talking\s+about\s+everything)\b[^\d]*"
    r"|in\s+this\s+(?:article|post|guide),?\s+(?:we|you)\b[^\d]*)$",
    re.IGNORECASE | re.DOTALL,
)
MAXIMUM_CHARACTERS = 220


def is_furniture(text: str) -> bool:
    """Whether a line or sentence is furniture ("Share this article", "2 min read", a byline).

    So is what addresses the reader without saying anything ("Let's break it down.").
    """
    line = " ".join(text.split())
    if not line or len(line) > MAXIMUM_CHARACTERS:
        return not line
    if line.endswith((".", "!", "?")) and len(line.split()) > 3:
        return bool(CHATTER.match(line) or FURNITURE_SENTENCE.match(line))
    return bool(CHATTER.match(line) or FURNITURE.match(line.rstrip(".:| ")))
