"""Settings of each customer system, from config/systems/<lmns>.yaml into the warehouse.

Knows the settings files and nothing of sources, metrics or outputs.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from orchestration.errors import UserError
from orchestration.settings import PROJECT_DIR
from orchestration.warehouse import Warehouse

SYSTEMS_DIR = PROJECT_DIR / "config" / "systems"


class System(BaseModel):
    """One system's settings. Every key but `lmns_code` may be left out.

    Attributes:
        lmns_code: code of the Local Maternity and Neonatal System.
        providers: codes of providers that belong to it, whatever the catchment file says.
        contact: who answers for this system's audit; printed on its page.
    """

    model_config = ConfigDict(extra="forbid")

    lmns_code: str
    providers: list[str] = []
    contact: str | None = None


class SystemSettingsError(UserError):
    """A settings file that cannot be used; the message names the file and the key."""


def read_systems(directory: Path = SYSTEMS_DIR) -> list[System]:
    """Every system's settings, sorted by code.

    Raises:
        SystemSettingsError: naming the file, the key and what to do.
    """
    systems = []
    for path in sorted(directory.glob("*.yaml")):
        try:
            systems.append(System.model_validate(yaml.safe_load(path.read_text("utf-8")) or {}))
        except (ValidationError, yaml.YAMLError) as error:
            raise SystemSettingsError(f"{path.name}: {error}") from error
    return sorted(systems, key=lambda system: system.lmns_code)


def load_systems(warehouse: Warehouse, directory: Path = SYSTEMS_DIR) -> int:
    """Replace raw.system_provider by what the settings say; returns the number of rows."""
    rows = [
        (system.lmns_code, provider)
        for system in read_systems(directory)
        for provider in sorted(set(system.providers))
    ]
    with warehouse.connect() as connection:
        connection.execute(
            "create or replace table raw.system_provider (lmns_code varchar, provider_code varchar)"
        )
        if rows:
            connection.executemany("insert into raw.system_provider values (?, ?)", rows)
    return len(rows)
