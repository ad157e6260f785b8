"""Every platform that the storm blows over."""

from storm.instagram import INSTAGRAM

PLATFORMS = (INSTAGRAM,)
