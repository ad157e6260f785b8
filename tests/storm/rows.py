"""Every platform that the storm blows over."""

from storm.instagram import INSTAGRAM
from storm.x import X
from storm.youtube import YOUTUBE

PLATFORMS = (INSTAGRAM, YOUTUBE, X)
