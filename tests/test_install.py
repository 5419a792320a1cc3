"""`make run` installs by uv what pip would install, and by pip where uv cannot."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "install.py"

spec = importlib.util.spec_from_file_location("install", SCRIPT)
assert spec is not None
assert spec.loader is not None
install = importlib.util.module_from_spec(spec)
spec.loader.exec_module(install)


class TestWhatPipIsConfiguredWith:
    @pytest.mark.parametrize(
        ("listing", "variables"),
        [
            ([], {}),
            (
                ["global.index-url='https://mirror.example/simple'"],
                {"UV_DEFAULT_INDEX": "https://mirror.example/simple"},
            ),
            (["global.find-links='/a /b'"], {"UV_FIND_LINKS": "/a,/b"}),
            (["global.find-links='/a'", ":env:.find-links='/b'"], {"UV_FIND_LINKS": "/b"}),
            (["global.index-url='https://a/'", "install.index-url='https://b/'"], {"UV_DEFAULT_INDEX": "https://b/"}),
            (
                ["global.extra-index-url='\\nhttps://a/simple\\nhttps://b/simple'"],
                {"UV_INDEX": "https://a/simple https://b/simple", "UV_INDEX_STRATEGY": "unsafe-best-match"},
            ),
            (
                ["global.cert='/etc/company.pem'", "global.proxy='http://p:3128'"],
                {"SSL_CERT_FILE": "/etc/company.pem", "ALL_PROXY": "http://p:3128"},
            ),
            (
                ["global.trusted-host='a b:8080'", "global.timeout='60'"],
                {"UV_INSECURE_HOST": "a b:8080", "UV_HTTP_TIMEOUT": "60"},
            ),
            ([":env:.disable-pip-version-check='1'", "list.format='columns'", "download.dest='/x'"], {}),
            (["WARNING: something that is no setting"], {}),
        ],
    )
    def test_is_handed_to_uv(self, listing: list[str], variables: dict[str, str]) -> None:
        assert install.uv_variables(listing) == variables

    @pytest.mark.parametrize(
        "line", ["global.no-binary=':all:'", "global.user='true'", "install.target='/x'", "global.index-url=oops"]
    )
    def test_what_uv_cannot_do_leaves_it_to_pip(self, line: str) -> None:
        assert install.uv_variables(["global.timeout='60'", line]) is None


class TestWhereTorchComesFrom:
    @pytest.mark.parametrize(
        ("variables", "chosen"),
        [
            ({}, False),
            ({"UV_INSECURE_HOST": "a"}, False),
            ({"UV_FIND_LINKS": ""}, False),
            ({"UV_FIND_LINKS": "/wheels"}, True),
            ({"UV_DEFAULT_INDEX": "https://mirror.example/simple"}, True),
            ({"UV_TORCH_BACKEND": "cu130"}, True),
        ],
    )
    def test_whoever_names_an_index_gets_torch_from_it(self, variables: dict[str, str], chosen: bool) -> None:
        assert install.chooses_its_index(variables) is chosen


class TestInstalling:
    """The script itself, with programs in the place of pip and uv that write down how they were called."""

    def calls(self, tmp_path: Path, *failing: str, pip_config: str = "", options: tuple[str, ...] = ()) -> list[str]:
        """How the modules pip and uv were run by the script, those that begin with a text of ``failing`` in vain."""
        recorder = (
            "import os, sys; from pathlib import Path\n"
            f"call = ' '.join([NAME, *sys.argv[1:]]).replace(sys.executable, 'PYTHON').replace({str(ROOT)!r}, 'ROOT')\n"
            "call = call.replace('--disable-pip-version-check ', '')\n"
            f"Path({str(tmp_path / 'calls')!r}).open('a').write(call + '\\n')\n"
            f"if call == 'pip config list': print({pip_config!r})\n"
            f"sys.exit(any(call.startswith(each) for each in {failing!r}))\n"
        )
        modules = tmp_path / "modules"
        modules.mkdir()
        for name in ("pip", "uv"):
            (modules / f"{name}.py").write_text(f"NAME = {name!r}\n{recorder}", "utf-8")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
        done = subprocess.run(
            [sys.executable, str(SCRIPT), *options], env={**clean, "PYTHONPATH": str(modules)}, check=False
        )
        calls = (tmp_path / "calls").read_text("utf-8").splitlines()
        return [*calls, f"exit code {done.returncode}"]

    LIST = "pip config list"
    GET_UV = "pip install --quiet --constraint ROOT/constraints.txt uv"
    BY_UV = "uv pip install --python PYTHON --constraint ROOT/constraints.txt --editable ROOT[ocr]"
    BY_PIP = "pip install --constraint ROOT/constraints.txt --editable ROOT[ocr]"

    CHOOSING = (f"{BY_UV} --torch-backend=auto",) if sys.platform == "linux" else ()

    def test_uv_installs_and_on_linux_it_chooses_the_build_of_torch(self, tmp_path: Path) -> None:
        assert self.calls(tmp_path) == [self.LIST, self.GET_UV, *(self.CHOOSING or (self.BY_UV,)), "exit code 0"]

    def test_the_tools_for_development_are_installed_in_the_same_way(self, tmp_path: Path) -> None:
        calls = self.calls(tmp_path, options=("--dev",), pip_config="global.find-links='/wheels'")
        assert calls == [self.LIST, self.GET_UV, self.BY_UV.replace("[ocr]", "[dev]"), "exit code 0"]

    def test_where_torchs_own_index_is_out_of_reach_it_comes_from_the_usual_one(self, tmp_path: Path) -> None:
        calls = self.calls(tmp_path, f"{self.BY_UV} --torch-backend=auto")
        assert calls == [self.LIST, self.GET_UV, *self.CHOOSING, self.BY_UV, "exit code 0"]

    def test_pip_installs_where_uv_cannot_be_had(self, tmp_path: Path) -> None:
        assert self.calls(tmp_path, self.GET_UV) == [self.LIST, self.GET_UV, self.BY_PIP, "exit code 0"]

    def test_pip_installs_where_uv_fails(self, tmp_path: Path) -> None:
        assert self.calls(tmp_path, "uv", pip_config="global.index-url='https://mirror.example/simple'") == [
            self.LIST,
            self.GET_UV,
            self.BY_UV,
            self.BY_PIP,
            "exit code 0",
        ]

    def test_pip_installs_where_it_is_configured_as_uv_cannot_be(self, tmp_path: Path) -> None:
        calls = self.calls(tmp_path, pip_config="global.no-binary=':all:'")
        assert calls == [self.LIST, self.BY_PIP, "exit code 0"]

    def test_a_failure_is_told_to_make(self, tmp_path: Path) -> None:
        assert self.calls(tmp_path, "pip install", "uv")[-1] == "exit code 1"
