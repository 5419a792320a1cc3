"""Install Citewell into the environment of the Python that runs this: ``python install.py [--dev]``.

uv does it in a tenth of pip's time, at the same versions (constraints.txt) and from the same places: what pip is
configured with is handed to uv. Where uv cannot be had, cannot do what pip is configured to, or fails, pip does it.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

HOME = Path(__file__).resolve().parent
CONSTRAINTS = str(HOME / "constraints.txt")
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]

HANDED_ON = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "constraint": ("UV_CONSTRAINT", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", ""),
    "client-cert": ("SSL_CLIENT_CERT", ""),
    "proxy": ("ALL_PROXY", ""),
    "timeout": ("UV_HTTP_TIMEOUT", ""),
    "default-timeout": ("UV_HTTP_TIMEOUT", ""),
}
"""Settings of pip by name, the variable that tells uv the same, and what stands between several values."""
OF_NO_ACCOUNT = frozenset(
    "disable-pip-version-check no-python-version-warning require-virtualenv require-venv break-system-packages "
    "root-user-action no-warn-script-location no-input no-color quiet verbose progress-bar retries cache-dir "
    "no-cache-dir compile no-compile use-feature".split()
)
"""Settings of pip that change neither what is installed nor where from."""


def uv_variables(listing: Iterable[str]) -> dict[str, str] | None:
    """What tells uv the configuration that ``pip config list`` shows; None where uv cannot do the same.

    Of a setting in several places the last that pip lists counts, as it does for pip.
    """
    found: dict[str, list[str]] = {}
    for line in listing:
        place, _, rest = line.partition(".")
        name, equals, value = rest.partition("=")
        if not equals or place not in ("global", "install", ":env:") or name in OF_NO_ACCOUNT:
            continue
        if name not in HANDED_ON:
            return None
        try:
            found[name] = str(ast.literal_eval(value)).split()
        except (ValueError, SyntaxError):
            return None
    variables = {HANDED_ON[name][0]: HANDED_ON[name][1].join(values) for name, values in found.items() if values}
    if "extra-index-url" in found:
        variables["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does: the best version of all indexes
    return variables


def chooses_its_index(variables: Mapping[str, str]) -> bool:
    """Whether somebody said where packages come from: then PyTorch's too."""
    chosen = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_TORCH_BACKEND")
    return any(variables.get(name) for name in chosen)


def by_uv(requirement: list[str]) -> bool:
    """Whether uv has installed the requirement."""
    listed = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False)
    variables = uv_variables(listed.stdout.splitlines()) if listed.returncode == 0 else None
    if variables is None:
        sys.stderr.write("pip is configured in a way that uv cannot follow: pip installs.\n")
        return False
    if subprocess.run([*PIP, "install", "--quiet", "--constraint", CONSTRAINTS, "uv"], check=False).returncode:
        return False
    environment = {**os.environ, **variables}
    uv = [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, "--constraint", CONSTRAINTS]
    uv += requirement
    if sys.platform == "linux" and not chooses_its_index(environment):
        fitting = [*uv, "--torch-backend=auto"]  # PyTorch's own index: the CPU's build, a tenth as large, without a GPU
        if subprocess.run(fitting, env=environment, check=False).returncode == 0:
            return True
    return subprocess.run(uv, env=environment, check=False).returncode == 0


def main(options: list[str]) -> int:
    """Install, with the tools for development if ``--dev`` is said; the exit code."""
    requirement = ["--editable", f"{HOME}[dev]" if options == ["--dev"] else f"{HOME}[ocr]"]
    if by_uv(requirement):
        return 0
    return subprocess.run([*PIP, "install", "--constraint", CONSTRAINTS, *requirement], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
