"""What `pressrun web` and `pressrun worker` need before they start: PostgreSQL, at this version's schema."""

import sys

from pressrun.bootstrap import open_store
from pressrun.settings import Settings
from pressrun.store.migrate import is_current


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
    if not is_current(open_store(settings).engine):
        print(
            "The database has an older schema: run `pressrun migrate` first.",
            "데이터베이스 구조가 오래됐어요. 먼저 `pressrun migrate`를 실행해 주세요.",
            sep="\n",
            file=sys.stderr,
        )
        return True
    return False
