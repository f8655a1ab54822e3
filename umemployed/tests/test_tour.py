"""The tour of ``docs/tour.py``, walked on a platform of its own that ``./dev run`` raises. Run by ``./dev tour``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from umemployed.tests.platform import Platform

# What no program of the house may log: tokens of ours, mailed secrets, addresses of the tour's people, passwords.
CANARIES = re.compile(r"eyJ|umr_|umc_|umi_|sk_|token=|ticket\.\w|quiet river|@tour\.example")
ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.tour


def test_one_application_travels_from_posting_to_chat(tmp_path: Path) -> None:
    with Platform(tmp_path) as platform:
        command = [sys.executable, str(ROOT / "docs" / "tour.py"), "--base", platform.url]
        command += ["--mail", str(platform.var / "mail")]
        result = subprocess.run(
            command, env=platform.environment, capture_output=True, text=True, timeout=240, check=False
        )
    print(result.stdout)  # noqa: T201 - the tour's own story, for whoever runs this
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Everything that was promised happened" in result.stdout
    told = [line for line in platform.lines if not line.startswith(("dev ", "mail "))]  # READY, and the catcher itself
    assert len(told) > 100
    assert [line for line in told if CANARIES.search(line)] == []


@pytest.mark.skipif("UMEMPLOYED_REAL_POSTINGS" not in os.environ, reason="names no folder with real postings")
@pytest.mark.parametrize(
    ("file", "mapping", "words", "rows"),
    [("nyc_job_postings.csv", "nyc", "engineer", 3000), ("postings_with_text.jsonl", "emscad", "manager", 400)],
)
def test_the_tour_holds_on_real_postings(tmp_path: Path, file: str, mapping: str, words: str, rows: int) -> None:
    path = Path(os.environ["UMEMPLOYED_REAL_POSTINGS"]) / file
    with Platform(tmp_path) as platform:
        command = [sys.executable, str(ROOT / "docs" / "tour.py"), "--base", platform.url]
        command += ["--mail", str(platform.var / "mail"), "--jobs", str(path), "--map", mapping, "--words", words]
        result = subprocess.run(
            command, env=platform.environment, capture_output=True, text=True, timeout=400, check=False
        )
    print(result.stdout)  # noqa: T201
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{rows} rows" in result.stdout
