"""`reconcile invoices` as a person calls it: states, reasons, remedies, and the reports."""

import os
import subprocess
import sys
from pathlib import Path

from .conftest import SAMPLES

COMMAND = Path(sys.executable).with_name("reconcile")


def test_it_pulls_plans_and_names_what_waits_and_sends_nothing(make_office):
    office = make_office(SAMPLES)
    office.configure()
    office.pull_everything()
    settings = office.settings
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(settings.data_dir),
        "RECONCILE_DATA_DIR": str(settings.data_dir),
        "RECONCILE_XERO_API_URL": office.sandbox.xero_api_url,
        "RECONCILE_XERO_IDENTITY_URL": office.sandbox.xero_identity_url,
        "RECONCILE_XERO_CLIENT_ID": "id",
        "RECONCILE_XERO_CLIENT_SECRET": "secret",
        "RECONCILE_POOLTRACKR_URL": office.sandbox.pooltrackr_url,
        "RECONCILE_POOLTRACKR_TOKEN": "token",
    }
    done = subprocess.run(
        [COMMAND, "invoices", "--update"], env=environment, capture_output=True, text=True, timeout=200, check=False
    )

    assert done.returncode == 0, done.stderr
    assert "contact_not_linked: The customer is not linked to a Xero contact." in done.stdout
    reports = [Path(line.removeprefix("Report: ")) for line in done.stdout.splitlines() if line.startswith("Report: ")]
    assert [report.name.split("_")[0] for report in reports[:3]] == ["invoices", "payments", "payouts"]
    assert all(report.stat().st_mode & 0o777 == 0o600 for report in reports)
    assert office.writes() == []
