"""How long texts are for X, by the vectors of its own counting: its connector and its stand-in both agree."""

import unicodedata

FAMILY = "👨‍👩‍👧‍👦"
VECTORS: list[tuple[str, int]] = [
    ("Hello, world! 👋", 16),
    ("日本語", 6),
    (unicodedata.normalize("NFC", "café"), 4),
    (unicodedata.normalize("NFD", "café"), 4),
    ("https://cafe.example.com/menu/latte?s=1", 23),
    ("see example.com now", 31),
    (FAMILY, 2),
    ("🇯🇵", 2),
    ("©", 1),
    ("—", 1),
    ("…", 2),
    ("€", 2),
    ("™", 2),
    ("→", 2),
    ("№", 2),
    ("Привет", 6),
    ("가" * 140, 280),
    ("가" * 141, 282),
    ("foo.py", 23),
]
"""Texts with their weighted lengths."""
