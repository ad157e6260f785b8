import threading, socket, time
import pytest, uvicorn
@pytest.mark.browser
def test_it(chromium, app, store):
    import makers
    makers.make_user(store)
    sock=socket.socket(); sock.bind(("127.0.0.1",0)); port=sock.getsockname()[1]
    srv=uvicorn.Server(uvicorn.Config(app,log_level="warning"))
    t=threading.Thread(target=srv.run,kwargs={"sockets":[sock]}); t.start()
    try:
        page=chromium.new_page()
        said=[]; page.on("console", lambda m: said.append(m.text))
        page.goto(f"http://127.0.0.1:{port}/queue?status=failed")
        print(page.url)
        page.fill("[name=email]","alice@example.com"); page.fill("[name=password]",makers.PASSWORD); page.keyboard.press("Enter")
        page.wait_for_url("**/queue?status=failed"); print(page.url, page.title(), said)
    finally:
        srv.should_exit=True; t.join()
