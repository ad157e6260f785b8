import makers
from pressrun.actions import outcomes, runs as ra
from pressrun.actions.base import SYSTEM
from pressrun.domain.content import ContentType
from pressrun.domain.post import PostStatus
from pressrun.domain.run import RunStatus
from pressrun.store import runs
def test_x(workspace):
    store=workspace.store; a=makers.make_account(store)
    with store.transaction() as tx:
        run=runs.add(tx,persona_id=a.persona_id,account_ids=[a.id],content_type=ContentType.IMAGE_POST,about="x")
        runs.change(tx,run,RunStatus.PUBLISHING)
    p=makers.make_post(store,a,run_id=run.id,status=PostStatus.PUBLISHING)
    ra.stop(workspace,SYSTEM,run.id)
    with store.transaction() as tx:
        outcomes.published(tx,p,external_id="1",permalink="https://x")
