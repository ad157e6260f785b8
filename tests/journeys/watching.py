"""What a page showed while nobody looked: every state of a step, in the order in which it appeared."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

Seen = list[tuple[str, str]]

_WATCH = """([part, name]) => {
  window.seen = [];
  const last = new Map();
  const look = () => {
    for (const step of document.querySelectorAll(part)) {
      const word = name ? step.querySelector(name).childNodes[1].textContent.trim() : step.dataset.step;
      if (step.hidden || !step.dataset.s || last.get(word) === step.dataset.s) continue;
      last.set(word, step.dataset.s);
      window.seen.push([word, step.dataset.s]);
    }
  };
  look();
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


def stages(page: "Page") -> None:
    """From now on, the stages of a run are watched; a page that is loaded anew forgets them."""
    page.evaluate(_WATCH, ["#stages .g", ".name"])


def steps(page: "Page") -> None:
    """From now on, the steps of the dialog are watched."""
    page.evaluate(_WATCH, ["#publishing [data-step]", ""])


def seen(page: "Page") -> Seen:
    """Everything that was shown since; fails where the page was loaded anew."""
    return [(word, state) for word, state in page.evaluate("window.seen")]


def comes_in_order(shown: Seen, *wanted: tuple[str, str]) -> bool:
    """Whether all of `wanted` were shown, one after the other."""
    rest = iter(shown)
    return all(each in rest for each in wanted)
