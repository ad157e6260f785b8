"""How often a published post was seen: small, plausible, growing with the stand-ins' clock."""

import hashlib
import math
from datetime import datetime


def views(post_id: str, created_at: datetime, now: datetime) -> float:
    """Fast on the first day and ever more slowly after; the same for every reader."""
    hours = max((now - created_at).total_seconds(), 0) / 3600
    popularity = 120 + int.from_bytes(hashlib.sha256(post_id.encode()).digest()[:2], "big") % 900
    return popularity * (1 - math.exp(-hours / 18)) + 1.5 * math.sqrt(hours)
