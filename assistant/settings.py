"""Plain values, read once: arguments first, then ``CITEWELL_*`` variables, then ``citewell.toml``, then defaults."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import SettingsError

PREFIX = "CITEWELL_"
SETTINGS_FILE = "citewell.toml"
PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_READER = "citewell"
NO_READER = "none"
MAIL_ADDRESS = re.compile(r"(?<![^\s@,;<>\"])[^\s@,;<>\"]++@[^\s@,;<>\"]++")
HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*+")
MAIL_SERVER = "such as smtp://user:password@mail.example.org:587 or smtps://user:password@mail.example.org"


class Settings(BaseSettings):
    """The values Citewell works by.

    In a folder that has a ``corpus/`` or a ``citewell.toml``, documents, index and state live in that folder
    (``corpus/``, ``index/``, ``state/``); anywhere else they live in the user's data directory. A corpus named
    without an index gets an index of its own in the user's data directory. Relative paths count from the
    current folder.

    Raises:
        SettingsError: a name is unknown, in the arguments, the environment or the file, or a value is unusable.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    corpus_dir: Path = Field(default=Path(), description="The folder of documents.")
    index_dir: Path = Field(default=Path(), description="The folder of the index, derived from the documents.")
    state_dir: Path = Field(default=Path(), description="The folder of what people make, such as removed files.")
    cache_dir: Path = Field(default=Path(), description="The folder of prepared models; it may be deleted.")
    embedding_model: str = Field(
        default=PACKAGED_MODEL,
        min_length=1,
        description="The packaged model's name, or any sentence-transformers model by name or path.",
    )
    reranker: str | None = Field(
        default=None, description="A cross-encoder that orders the best passages anew, by name or path; none if empty."
    )
    reader: str | None = Field(
        default=PACKAGED_READER,
        description="What reads the best passages: the packaged reader, an extractive question-answering model by name "
        "or path, or none.",
    )
    model: str | None = Field(
        default=None,
        description="The language model that writes answers, as provider:name, such as ollama:llama3.2; none if empty.",
    )
    model_url: str | None = Field(
        default=None, description="The address of the model's server, if it is another that speaks OpenAI's protocol."
    )
    model_seconds: int = Field(default=60, ge=1, description="How long the model's server may be silent, in seconds.")
    limit_file_megabytes: int = Field(default=200, ge=1, description="The largest file that is read, in MB.")
    limit_seconds: int = Field(default=60, ge=1, description="The longest that reading one file may take.")
    limit_memory_megabytes: int = Field(default=2_000, ge=200, description="The most memory reading a file may take.")
    limit_pages: int = Field(default=5_000, ge=1, description="The most pages, slides or sheets of a file.")
    limit_unpacked_megabytes: int = Field(default=500, ge=1, description="The most that an archive may unpack to.")
    limit_unpacked_files: int = Field(default=10_000, ge=1, description="The most files in an archive.")
    limit_ratio: int = Field(default=500, ge=1, description="How many times its size a part of one may unpack to.")
    limit_text_characters: int = Field(
        default=100_000_000, ge=1, description="The most characters of text that are made of one file."
    )
    recogniser: Literal["rapidocr", "tesseract"] = Field(
        default="rapidocr",
        description="What recognises text in pictures: rapidocr, or tesseract, which must be installed.",
    )
    allow_private_urls: bool = Field(
        default=False,
        description="Whether web pages, feeds and mail may be fetched from this machine and private networks.",
    )
    feed_minutes: int = Field(
        default=60, ge=0, description="How often the page refreshes web pages and feeds, in minutes; 0 for never."
    )
    feed_articles: int = Field(
        default=30, ge=1, description="How many articles of one feed are fetched at most in one refresh."
    )
    watch_email: str | None = Field(
        default=None, description="Who is told by mail when the answer to a watched question changed; none if empty."
    )
    smtp: SecretStr | None = Field(
        default=None, description="The server that sends these mails, as smtp://user:password@host:587 or smtps://host."
    )
    watch_webhook: SecretStr | None = Field(
        default=None, description="An address that changed answers are posted to, as JSON; none if empty."
    )
    users: Path | None = Field(
        default=None,
        description="The file of those who may log in to the page with a password; without one, no login is asked for, "
        "but where there is single sign-on: then it is users.json in the folder of state.",
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="The address the chat page listens on.")
    port: int = Field(default=7860, ge=1, le=65535, description="The port the chat page listens on.")
    api_requests_per_minute: int = Field(
        default=300, ge=1, description="How many requests a minute each program may send to the HTTP API."
    )
    public_url: str | None = Field(
        default=None, description="Where others reach the page, if a reverse proxy stands before it; none if empty."
    )

    oidc_issuer: str | None = Field(
        default=None, description="The OpenID provider that people sign in with, by its issuer; none if empty."
    )
    oidc_client_id: str | None = Field(default=None, description="What the provider knows Citewell as.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Citewell's secret at the provider; none if it is registered as a public client."
    )
    oidc_user_claim: str = Field(
        default="sub", min_length=1, description="The claim that names the user: sub, or one that nobody can change."
    )
    oidc_groups_claim: str = Field(default="groups", min_length=1, description="The claim that names a user's groups.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Addresses and networks of proxies that may say who asks, separated by commas."
    )
    proxy_user_header: str | None = Field(
        default=None, description="The header in which these proxies name the user who is logged in; none if empty."
    )
    proxy_groups_header: str | None = Field(
        default=None, description="The header in which they name the user's groups, separated by commas; none if empty."
    )

    audit_days: int = Field(default=365, ge=1, description="How long the audit log is kept, in days.")
    audit_megabytes: int = Field(default=10, ge=1, description="The largest file of the audit log, in MB.")
    audit_questions: bool = Field(default=False, description="Whether the audit log holds what is asked, too.")

    def __init__(self, **values: Any) -> None:
        _refuse_unknown_variables()
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError(_explain(error)) from error
        except (ValueError, OSError) as error:  # a settings file that is not TOML, or cannot be opened
            raise SettingsError(f"{SETTINGS_FILE} cannot be read: {error}. Correct or remove it.") from error

    @property
    def is_first_corpus(self) -> bool:
        """Whether the corpus is the one in the user's data directory, which starts with the briefings shipped."""
        return self.corpus_dir == _user_data() / "corpus"

    @property
    def has_sign_on(self) -> bool:
        """Whether somebody else, a provider or a proxy, may say who a user is."""
        return bool(self.oidc_issuer or self.proxy_user_header)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over ``citewell.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, Path.cwd() / SETTINGS_FILE)

    @field_validator(
        "reranker",
        "reader",
        "model",
        "model_url",
        "public_url",
        "watch_email",
        "oidc_issuer",
        "oidc_client_id",
        "proxy_user_header",
        "proxy_groups_header",
    )
    @classmethod
    def _none_if_empty(cls, name: str | None) -> str | None:
        return name or None

    @field_validator("reader")
    @classmethod
    def _none_if_it_says_so(cls, name: str | None) -> str | None:
        return None if name == NO_READER else name

    @field_validator("users", mode="before")
    @classmethod
    def _no_file_if_empty(cls, path: object) -> object:
        return path or None

    @field_validator("model_url")
    @classmethod
    def _address_of_a_server(cls, url: str | None) -> str | None:
        if url and not _host_of(url):
            raise ValueError(f"{url} must be the address of a server, such as http://127.0.0.1:8080/v1")
        return url

    @field_validator("public_url")
    @classmethod
    def _address_of_a_site(cls, url: str | None) -> str | None:
        if url and (not _host_of(url) or urlsplit(url).path.strip("/")):
            raise ValueError(f"{url} must be the address of a site of its own, such as https://citewell.example.org")
        return url.rstrip("/") if url else None

    @field_validator("watch_email")
    @classmethod
    def _address_of_a_person(cls, address: str | None) -> str | None:
        if address and not MAIL_ADDRESS.fullmatch(address):
            raise ValueError(f"{address} must be one mail address, such as desk@example.org")
        return address

    @field_validator("oidc_issuer")
    @classmethod
    def _address_of_a_provider(cls, issuer: str | None) -> str | None:
        if issuer and not _is_unheard(issuer):
            raise ValueError(f"{issuer} must be an https address, such as https://login.example.org/realms/desk")
        return issuer

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _separated_by_commas(cls, named: object) -> object:
        return tuple(one.strip() for one in named.split(",") if one.strip()) if isinstance(named, str) else named

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses_of_proxies(cls, named: tuple[str, ...]) -> tuple[str, ...]:
        for one in named:
            try:
                network = ipaddress.ip_network(one)
            except ValueError as error:
                raise ValueError(f"{one} must be an address or a network, such as 10.0.0.7 or 10.0.0.0/24") from error
            if not network.prefixlen:
                raise ValueError(f"{one} is everybody: name the addresses of the proxies alone")
        return named

    @field_validator("proxy_user_header", "proxy_groups_header")
    @classmethod
    def _name_of_a_header(cls, name: str | None) -> str | None:
        if name and not HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name} must be the name of a header, such as Remote-User")
        return name

    @field_validator("smtp", "watch_webhook", "oidc_client_secret")
    @classmethod
    def _no_secret_if_empty(cls, secret: SecretStr | None) -> SecretStr | None:
        return secret or None

    @field_validator("smtp")
    @classmethod
    def _address_of_a_mail_server(cls, server: SecretStr | None) -> SecretStr | None:
        """NOTE: what is wrong is told without the address, which holds a password."""
        if server and not _host_of(server.get_secret_value(), ("smtp", "smtps")):
            raise ValueError(f"it must be the address of a mail server, {MAIL_SERVER}, with % codes for / @ : # in it")
        return server

    @field_validator("watch_webhook")
    @classmethod
    def _address_to_post_to(cls, address: SecretStr | None) -> SecretStr | None:
        """NOTE: as above."""
        url = address.get_secret_value() if address else ""
        if url and (not _is_unheard(url) or "@" in urlsplit(url).netloc):
            raise ValueError("it must be an https address without a user's name, or an http address of this computer")
        return address

    @model_validator(mode="after")
    def _mails_need_a_server(self) -> Self:
        if self.watch_email and not self.smtp:
            raise ValueError(f"watch_email needs a mail server: name one in CITEWELL_SMTP, {MAIL_SERVER}")
        return self

    @model_validator(mode="after")
    def _sign_on_is_whole(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError("a provider needs both of oidc_issuer and oidc_client_id")
        if self.proxy_user_header and not self.trusted_proxies:
            raise ValueError("proxy_user_header needs trusted_proxies: the addresses from which it is believed")
        if self.proxy_groups_header and not self.proxy_user_header:
            raise ValueError("proxy_groups_header needs proxy_user_header")
        return self

    @model_validator(mode="after")
    def _place_folders(self) -> Self:
        """Fill in the folders that were not named, and make every folder absolute."""
        here = Path.cwd()
        in_project = (here / "corpus").is_dir() or (here / SETTINGS_FILE).is_file()
        home = here if in_project else _user_data()
        corpus = self._named_folder("corpus_dir") or home / "corpus"
        beside_corpus = home / "index" if corpus == home / "corpus" else index_of_its_own(corpus)
        state = self._named_folder("state_dir") or home / "state"
        placed = {
            "corpus_dir": corpus,
            "index_dir": self._named_folder("index_dir") or beside_corpus,
            "state_dir": state,
            "cache_dir": self._named_folder("cache_dir") or _user_cache(),
            "users": self._file_of_users(state),
        }
        for name, path in placed.items():
            object.__setattr__(self, name, path)
        self._refuse_folders_in_one_another()
        return self

    def _named_folder(self, name: str) -> Path | None:
        return _absolute(getattr(self, name)) if name in self.model_fields_set else None

    def _file_of_users(self, state: Path) -> Path | None:
        if self.users:
            return _absolute(self.users)
        return state / "users.json" if self.has_sign_on else None

    def _refuse_folders_in_one_another(self) -> None:
        corpus, index = self.corpus_dir, self.index_dir
        if index.is_relative_to(corpus) or corpus.is_relative_to(index):
            raise ValueError(f"the index {index} and the corpus {corpus} must not lie in one another")
        for what, path, reason in (
            ("state", self.state_dir, "removed files would come back"),
            ("cache", self.cache_dir, "it holds no documents"),
            ("users", self.users, "they are no document"),
        ):
            if path and path.is_relative_to(corpus):
                raise ValueError(f"the {what} {path} must not lie in the corpus {corpus}: {reason}")


def index_of_its_own(corpus_dir: Path) -> Path:
    """Where the index of a corpus outside the current project lives: one folder per corpus path."""
    digest = hashlib.sha256(str(corpus_dir).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return _user_data() / "indexes" / digest


def is_loopback(host: str) -> bool:
    """Whether a name or an address means this computer itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host_of(url: str, schemes: Collection[str] = ("http", "https")) -> str | None:
    """The host of an address of such a scheme; None where it is no such address."""
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in schemes and parts.port != 0 else None
    except ValueError:
        return None


def _is_unheard(url: str) -> bool:
    """Whether nobody on the way reads what is sent to an address: it is https, or of this computer."""
    host = _host_of(url)
    return host is not None and (url.startswith("https:") or is_loopback(host))


def _user_data() -> Path:
    return Path(platformdirs.user_data_dir("citewell", appauthor=False)).resolve()


def _user_cache() -> Path:
    return Path(platformdirs.user_cache_dir("citewell", appauthor=False)).resolve()


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except RuntimeError as error:  # "~nobody": there is no such user
        raise ValueError(f"{path} cannot be resolved: {error}") from error


def _refuse_unknown_variables() -> None:
    """NOTE: pydantic-settings ignores unknown environment variables even with ``extra="forbid"``."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known)
    if unknown:
        raise SettingsError(
            f"Unknown environment variable {', '.join(unknown)}. Known are: {', '.join(sorted(known))}. "
            "Unset it or correct its name."
        )


def _explain(error: ValidationError) -> str:
    problems = [f"{'.'.join(map(str, item['loc'])) or 'settings'}: {item['msg']}" for item in error.errors()]
    known = ", ".join(Settings.model_fields)
    return f"Settings that cannot be used: {'; '.join(problems)}. Known settings are: {known}."
