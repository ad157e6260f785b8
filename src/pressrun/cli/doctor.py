"""`pressrun doctor`: looks at every part of an installation and says what to do. Changes nothing."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from pressrun import bootstrap
from pressrun.cli.doctor_machine import examine_machine, has_begun
from pressrun.cli.doctor_outside import examine_outside
from pressrun.domain.checkup import Finding, Level, warn
from pressrun.domain.messages import full_text, what_happened, what_to_do
from pressrun.settings import Settings

MOST_SECONDS = 15
"""Nobody waits longer for one answer; publishing does."""


def add_parser(subparsers: Any) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("doctor", help="check database, media, public address, clock and logins")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Looks at everything; 1 where something must be done before posts go out."""
    settings = Settings()
    settings = settings.model_copy(
        update={"http_timeout_seconds": min(settings.http_timeout_seconds, MOST_SECONDS)}
    )
    findings = asyncio.run(_tell(settings, as_lines=not given.json))
    if given.json:
        print(json.dumps(_report(findings, settings.language), ensure_ascii=False, indent=2))
    return 1 if _is_ill(findings) else 0


async def _tell(settings: Settings, *, as_lines: bool) -> list[Finding]:
    """Everything found; as lines each is told as soon as it is known."""
    findings = []
    async for finding in _examine(settings):
        findings.append(finding)
        if as_lines:
            print(line(finding, settings.language), flush=True)
    return findings


async def _examine(settings: Settings) -> AsyncIterator[Finding]:
    for finding in examine_machine(settings):
        yield finding
    if not has_begun(settings):
        yield warn("check_database", "installation_new")
        return
    async with bootstrap.outside(settings) as outside:
        async for finding in examine_outside(settings, outside):
            yield finding


def line(finding: Finding, language: str) -> str:
    """One finding for a person: how it is, which part, what is the matter, what to do."""
    part = what_happened(finding.check, language)
    return f"{finding.level.value:<4}  {part}: {full_text(finding.code, language, finding.values)}"


def _report(findings: Iterable[Finding], language: str) -> dict[str, Any]:
    found = list(findings)
    checks = [
        {
            "check": finding.check.removeprefix("check_"),
            "level": finding.level.value,
            "code": finding.code,
            "message": what_happened(finding.code, language, finding.values),
            "what_to_do": what_to_do(finding.code, language, finding.values),
        }
        for finding in found
    ]
    return {"ok": not _is_ill(found), "checks": checks}


def _is_ill(findings: Iterable[Finding]) -> bool:
    return any(finding.level is Level.FAIL for finding in findings)
