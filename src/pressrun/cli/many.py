"""What `pressrun web` and `pressrun worker` need before they start: PostgreSQL, at this version's schema."""

import sys

from pressrun.cli.ready import ready_store
from pressrun.settings import Settings


def refuse_unready(settings: Settings) -> bool:
    """Whether the process must not start; says why and what to do."""
    if not settings.database_url.startswith("postgresql"):
        print(
            "Several processes need PostgreSQL: set PRESSRUN_DATABASE_URL, or run `pressrun up`.",
            "여러 프로세스에는 PostgreSQL이 필요해요. PRESSRUN_DATABASE_URL을 정해 주세요.",
            sep="\n",
            file=sys.stderr,
        )
        return True
    return ready_store(settings) is None
