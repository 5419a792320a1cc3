"""The files in which Citewell is deployed agree with its settings, with one another and with docs/deploy.md."""

from __future__ import annotations

import configparser
import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.interfaces.page.requests_under_way import LIVE
from assistant.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "deploy.md").read_text("utf-8")
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields}
PORT = Settings.model_fields["port"].default
FOLDERS = ("CORPUS", "INDEX", "STATE", "CACHE")


def instructions() -> list[tuple[str, str]]:
    """The lines of the Dockerfile, joined where they go on: what each does, and with what."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest) for name, rest in lines]


def of(name: str) -> list[str]:
    return [rest for one, rest in instructions() if one == name]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in shlex.split(of("ENV")[0]))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(ROOT / "deploy" / "citewell.service", "utf-8")
    return parser


class TestTheImage:
    def test_names_settings_that_exist(self) -> None:
        named = {name for name in environment() if name.startswith(PREFIX)}
        assert named - SETTINGS == set()
        assert named >= {f"{PREFIX}{folder}_DIR" for folder in FOLDERS}

    def test_has_a_volume_for_each_folder_and_makes_it_for_its_user(self) -> None:
        volumes = json.loads(of("VOLUME")[0])
        assert volumes == [*(environment()[f"{PREFIX}{folder}_DIR"] for folder in FOLDERS), "/backups"]
        [made] = [line for line in of("RUN") if "useradd" in line]
        assert made.split("--mode 700")[1].split() == volumes
        assert of("USER") == ["citewell"]
        assert Path(environment()["CITEWELL_USERS"]).parent == Path(environment()["CITEWELL_STATE_DIR"])

    def test_copies_what_is_there_and_is_not_ignored(self) -> None:
        copied = [source for line in of("COPY") if not line.startswith("--from") for source in line.split()[:-1]]
        ignored = (ROOT / ".dockerignore").read_text("utf-8").split()
        assert [source for source in copied if not (ROOT / source).exists()] == []
        assert sorted(copied) == sorted(line[1:] for line in ignored if line.startswith("!"))

    def test_installs_as_the_documents_say(self) -> None:
        installing = [line for line in of("RUN") if ".venv" in line]
        assert len(installing) == 4
        assert [line for line in installing if line not in DOCS.splitlines()] == []

    def test_installs_a_client_that_there_is(self) -> None:
        extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
        [default] = [line.removeprefix("EXTRAS=") for line in of("ARG") if line.startswith("EXTRAS=")]
        assert default in extras

    def test_asks_for_health_where_the_page_answers(self) -> None:
        assert f"http://127.0.0.1:{PORT}{LIVE}" in of("HEALTHCHECK")[0]
        assert of("EXPOSE") == [str(PORT)]


class TestCompose:
    def test_names_settings_that_exist(self, compose: dict[str, Any]) -> None:
        named = {name for name in compose["services"]["citewell"]["environment"] if name.startswith(PREFIX)}
        assert named
        assert named - SETTINGS == set()

    def test_keeps_every_volume_of_the_image(self, compose: dict[str, Any]) -> None:
        mounted = dict(one.split(":") for one in compose["services"]["citewell"]["volumes"])
        assert list(mounted.values()) == json.loads(of("VOLUME")[0])
        assert set(mounted) <= set(compose["volumes"])

    def test_gives_no_rights_and_publishes_nginx_alone(self, compose: dict[str, Any]) -> None:
        citewell = compose["services"]["citewell"]
        assert (citewell["read_only"], citewell["cap_drop"]) == (True, ["ALL"])
        assert citewell["security_opt"] == ["no-new-privileges:true"]
        assert [name for name, service in compose["services"].items() if "ports" in service] == ["nginx"]

    def test_gives_nginx_files_that_are_there_at_the_paths_that_it_reads(self, compose: dict[str, Any]) -> None:
        mounted = [one.split(":") for one in compose["services"]["nginx"]["volumes"]]
        nginx = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        assert mounted[0][0] == "./deploy/nginx.conf"
        assert f"ssl_certificate {mounted[1][1]}/fullchain.pem;" in nginx
        assert all(f"{mounted[1][0][2:]}/{name}" in DOCS for name in ("fullchain.pem", "privkey.pem"))

    def test_lets_it_end_before_it_is_killed(self, compose: dict[str, Any], unit: configparser.ConfigParser) -> None:
        from assistant.interfaces.page.server import FINISHING_SECONDS

        assert compose["services"]["citewell"]["stop_grace_period"] == "1m"
        assert unit["Service"]["TimeoutStopSec"] == "60"
        assert FINISHING_SECONDS <= 30
        assert f"have {FINISHING_SECONDS:.0f} seconds to end" in DOCS


class TestNginx:
    def test_leads_to_the_page_and_lets_the_largest_file_through(self) -> None:
        nginx = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        largest = Settings.model_fields["limit_file_megabytes"].default + 1
        assert f"server citewell:{PORT};" in nginx
        assert re.findall(r"client_max_body_size (\d+)m;", nginx) == [str(largest)]
        assert "proxy_buffering off;" in nginx


class TestTheService:
    def test_starts_what_the_documents_install(self, unit: configparser.ConfigParser) -> None:
        service = unit["Service"]
        program, *arguments = service["ExecStart"].split()
        assert arguments == ["serve"]
        assert f"sudo -u {service['User']} {program} user add ann" in DOCS
        assert f"deploy/citewell.toml {service['WorkingDirectory']}/citewell.toml" in DOCS
        assert service["WorkingDirectory"] == f"/var/lib/{service['StateDirectory']}"

    def test_has_settings_that_exist_and_may_write_where_they_lead(self, unit: configparser.ConfigParser) -> None:
        kept = tomllib.loads((ROOT / "deploy" / "citewell.toml").read_text("utf-8"))
        service = unit["Service"]
        assert set(kept) <= set(Settings.model_fields)
        assert kept["cache_dir"] == f"/var/cache/{service['CacheDirectory']}"
        assert kept["users"].startswith(f"{service['WorkingDirectory']}/state/")
        assert service["ProtectSystem"] == "strict"
        assert service["NoNewPrivileges"] == "yes"
