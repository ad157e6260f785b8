"""The database for commands that work beside a running Pressrun."""

import sys

from pressrun import bootstrap
from pressrun.settings import Settings
from pressrun.store.database import Store
from pressrun.store.migrate import is_current, migrate


def ready_store(settings: Settings) -> Store | None:
    """The store in this version's schema. The embedded database is brought to it, a shared one is not:
    then it is said what to do, and the answer is None.
    """
    store = bootstrap.open_store(settings)
    if not settings.database_url:
        migrate(store.engine)
    elif not is_current(store.engine):
        print("The database has an old schema. Run `pressrun migrate` first.", file=sys.stderr)
        print("데이터베이스가 예전 구조예요. 먼저 `pressrun migrate`를 실행해 주세요.", file=sys.stderr)
        return None
    return store
