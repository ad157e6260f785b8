"""docs/writing-a-connector.md tells the whole interface, every failure, and every fault there is."""

from dataclasses import fields

from docs.reading import quoted, section, table
from pressrun.connectors.base import Publisher
from pressrun.connectors.publishers.instagram import options
from pressrun.connectors.publishers.instagram.limits import limits
from pressrun.domain.failures import KINDS
from pressrun.sandbox.faults import COMMON_EFFECTS
from pressrun.sandbox.standin import StandIn

PAGE = "docs/writing-a-connector.md"


def first_words(heading: str) -> list[str]:
    return [quoted(row[0])[0].partition("(")[0] for row in table(PAGE, heading)]


def test_every_member_of_a_publisher_is_told() -> None:
    members = {*Publisher.__annotations__, *(name for name in vars(Publisher) if not name.startswith("_"))}
    assert set(first_words("2. The connector")) == members


def test_every_kind_of_failure_is_told_in_the_order_of_the_domain() -> None:
    assert first_words("Failures") == list(KINDS)


def test_every_field_of_a_stand_in_is_told() -> None:
    assert first_words("1. The stand-in") == [field.name for field in fields(StandIn)]


def test_every_fault_is_told() -> None:
    assert set(quoted(section(PAGE, "4. The tests"))) >= COMMON_EFFECTS


def test_every_option_of_instagram_is_told_with_its_formats() -> None:
    rows = table(PAGE, "Instagram, what is odd about it")
    told = {quoted(name)[0]: set(formats.split(", ")) for name, formats, _ in rows}
    assert told == {name: {each.value for each in formats} for name, formats in options.FORMATS.items()}
    assert set(told) >= {option.name for option in limits().options}
