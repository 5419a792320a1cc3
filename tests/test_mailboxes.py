"""Mailboxes of a real IMAP server on this machine: each mail becomes one document, and nothing there is changed."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from assistant import CorpusError, Failure, FetchError, Settings
from assistant.assembly import open_web
from assistant.corpus import CorpusFolder, mailboxes, records
from assistant.corpus.feeds import FeedRefresh
from assistant.corpus.mail_session import account_at, encoded_folder
from assistant.corpus.mailboxes import source_of
from assistant.corpus.online import Web
from assistant.reading import read, reader_for
from tests.clocks import Clock, clock_of
from tests.commands import Commands
from tests.file_makers import eml
from tests.imap_server import PASSWORD, ImapServer, imap_server


@pytest.fixture(scope="module")
def module_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def server(module_server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    """A server whose folder Veldt is empty, and whose certificate is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(module_server.authority))
    module_server.create("Veldt")
    return module_server


@pytest.fixture
def corpus(tmp_path: Path) -> CorpusFolder:
    return CorpusFolder(tmp_path / "corpus", tmp_path / "state" / "removed")


def opened(tmp_path: Path, corpus: CorpusFolder, **settings: Any) -> Web:
    folders = {"corpus_dir": corpus.path, "index_dir": tmp_path / "index", "state_dir": tmp_path / "state"}
    return open_web(Settings(**folders, **{"allow_private_urls": True, **settings}), corpus)


@pytest.fixture
def web(tmp_path: Path, corpus: CorpusFolder) -> Iterator[Web]:
    web = opened(tmp_path, corpus)
    yield web
    web.close()


def mail(number: int) -> bytes:
    return sent(f"Lamp {number}", f"The lamp number {number} of Veldt was lit.")


def sent(subject: str, text: str, attachments: dict[str, bytes] | None = None) -> bytes:
    """A mail with the ends of lines that mails are sent with."""
    return eml(subject, text, attachments).replace(b"\n", b"\r\n")


def follow(web: Web, server: ImapServer) -> FeedRefresh:
    web.mailboxes.add("work", server.address("Veldt"), PASSWORD)
    return refreshed(web, "work")


def refreshed(web: Web, only: str | None = None) -> FeedRefresh:
    [refresh] = web.mailboxes.refresh(only)
    return refresh


def held(corpus: CorpusFolder) -> dict[str, bytes]:
    return {file.source: file.path.read_bytes() for file in corpus.files()}


def as_kept(*mails: bytes) -> dict[str, bytes]:
    return {source_of("work", one): one for one in mails}


class TestMails:
    def test_each_mail_becomes_a_document_with_what_is_attached_to_it(
        self, server: ImapServer, corpus: CorpusFolder, web: Web
    ) -> None:
        lamp = sent("The lamp", "It was lit.", {"notes.txt": b"The lamp burns oil."})
        server.deliver(lamp, mail(1), folder="Veldt")
        found = follow(web, server)
        assert (sorted(found.written), found.failed, found.waiting) == (sorted(as_kept(lamp, mail(1))), (), 0)
        assert held(corpus) == as_kept(lamp, mail(1))
        source = source_of("work", lamp)
        document = read(reader_for(source), source, held(corpus)[source])
        assert document.title == "The lamp"
        assert [part in document.text for part in ("It was lit.", "The lamp burns oil.")] == [True, True]
        assert [place.in_words for _, place in document.places] == ["file notes.txt"]

    def test_nothing_on_the_server_is_changed(self, server: ImapServer, web: Web) -> None:
        server.deliver(mail(1), mail(2), folder="Veldt")
        before = server.flags("Veldt")
        server.asked.clear()
        follow(web, server)
        asked = [line.split(" ")[1:3] for line in server.asked if " " in line]
        assert {words[0] for words in asked} <= {"CAPABILITY", "AUTHENTICATE", "EXAMINE", "UID", "LOGOUT"}
        assert {words[1] for words in asked if words[0] == "UID"} == {"SEARCH", "FETCH"}
        assert server.flags("Veldt") == before

    def test_only_what_is_new_is_fetched(self, server: ImapServer, corpus: CorpusFolder, web: Web) -> None:
        server.deliver(mail(1), folder="Veldt")
        follow(web, server)
        server.deliver(mail(2), folder="Veldt")
        assert refreshed(web, "work").written == tuple(as_kept(mail(2)))
        assert [line for line in server.asked if "BODY" in line] != []
        server.asked.clear()
        assert refreshed(web, "work").written == ()
        assert [line for line in server.asked if "FETCH" in line] == []
        assert held(corpus) == as_kept(mail(1), mail(2))

    def test_where_mails_are_numbered_anew_none_comes_twice_and_what_was_removed_stays_away(
        self, server: ImapServer, corpus: CorpusFolder, web: Web
    ) -> None:
        server.deliver(mail(1), mail(2), folder="Veldt")
        follow(web, server)
        corpus.remove(source_of("work", mail(1)))
        server.create("Veldt")
        server.deliver(mail(3), mail(2), mail(1), folder="Veldt")
        assert refreshed(web, "work").written == tuple(as_kept(mail(3)))
        assert held(corpus) == as_kept(mail(2), mail(3))

    def test_many_mails_come_over_several_refreshes(
        self, server: ImapServer, corpus: CorpusFolder, web: Web, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mailboxes, "MOST_MAILS", 3)
        monkeypatch.setattr(mailboxes, "SIZES_AT_ONCE", 2)
        server.deliver(*map(mail, range(5)), folder="Veldt")
        assert [(len(one.written), one.waiting) for one in (follow(web, server), refreshed(web, "work"))] == [
            (3, 2),
            (2, 0),
        ]
        assert held(corpus) == as_kept(*map(mail, range(5)))

    def test_a_mail_that_is_too_large_is_told_and_left_out(
        self, server: ImapServer, corpus: CorpusFolder, tmp_path: Path
    ) -> None:
        web = opened(tmp_path, corpus, limit_file_megabytes=1)
        server.deliver(sent("Large", "x" * 1_200_000), mail(1), folder="Veldt")
        found = follow(web, server)
        web.close()
        assert found.notes == (
            Failure("work, mail 101", "It has 1 MB, more than the 1 that are read. It was left out."),
        )
        assert held(corpus) == as_kept(mail(1))

    def test_a_folder_whose_name_has_letters_beyond_ascii(
        self, server: ImapServer, corpus: CorpusFolder, web: Web
    ) -> None:
        server.create("Entw&APw-rfe")
        server.deliver(mail(1), folder="Entw&APw-rfe")
        web.mailboxes.add("work", server.address("Entw%C3%BCrfe"), PASSWORD)
        assert len(refreshed(web, "work").written) == 1

    def test_how_mails_are_called(self) -> None:
        content = b"Subject: Re: =?utf-8?q?../../H=C3=A4fen?= <script>\nDate: Sun, 31 May 2020 10:00:00 +0200\n\nx"
        digest = hashlib.sha256(content).hexdigest()[:10]
        assert source_of("work", content) == f"mail/work/2020-05-31-Re-Häfen-script-{digest}.eml"
        assert source_of("work", b"no headers").startswith("mail/work/mail-")


class TestRefusals:
    def test_a_wrong_password_is_told_without_being_said_and_the_mailbox_not_kept(
        self, server: ImapServer, web: Web, tmp_path: Path
    ) -> None:
        with pytest.raises(FetchError, match=r"^localhost refuses the user's name or the password\.$"):
            web.mailboxes.add("work", server.address("Veldt"), "wrong")
        assert web.mailboxes.states() == []
        assert not (tmp_path / "state" / "mailboxes.json").exists()

    def test_a_folder_that_is_not_there_is_told(self, server: ImapServer, web: Web) -> None:
        with pytest.raises(FetchError, match="localhost has no folder 'Gone' that may be read"):
            web.mailboxes.add("work", server.address("Gone"), PASSWORD)

    def test_a_certificate_that_nobody_vouches_for_is_refused(
        self, server: ImapServer, web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "other.pem"))
        with pytest.raises(FetchError, match="The certificate of localhost is not valid"):
            web.mailboxes.add("work", server.address("Veldt"), PASSWORD)
        assert [line for line in server.asked if "AUTHENTICATE" in line] == []

    def test_a_certificate_of_another_host_is_refused(self, server: ImapServer, web: Web) -> None:
        with pytest.raises(FetchError, match=r"The certificate of 127\.0\.0\.1 is not valid"):
            web.mailboxes.add("work", server.address("Veldt", host="127.0.0.1"), PASSWORD)

    def test_private_addresses_are_refused_unless_they_are_allowed(
        self, server: ImapServer, corpus: CorpusFolder, tmp_path: Path
    ) -> None:
        web = opened(tmp_path, corpus, allow_private_urls=False)
        with pytest.raises(FetchError, match="not on the public internet"):
            web.mailboxes.add("work", server.address("Veldt"), PASSWORD)
        web.close()
        assert server.asked == []

    @pytest.mark.parametrize(
        "address",
        [
            "imap://ann@localhost/INBOX",
            "https://ann@localhost/INBOX",
            "imaps://localhost/INBOX",
            "imaps://ann@/INBOX",
            "imaps://ann@localhost/IN%0D%0ALOGOUT",
            "imaps://ann@localhost:port/INBOX",
            "imaps://ann@localhost/INBOX?x=1",
        ],
    )
    def test_what_is_no_address_of_a_folder_is_told(self, address: str) -> None:
        with pytest.raises(FetchError, match="no address of a mail folder"):
            account_at(address, "secret")

    def test_a_password_in_the_address_is_refused_and_not_said(self) -> None:
        with pytest.raises(FetchError) as refused:
            account_at("imaps://ann:geheim@localhost/INBOX", "x")
        assert "geheim" not in str(refused.value)

    @pytest.mark.parametrize("name", ["", " ", "..", ".hidden", "a/b", "a\nb", "x" * 61])
    def test_names_that_cannot_be_those_of_a_folder_are_refused(self, web: Web, name: str) -> None:
        with pytest.raises(CorpusError):
            web.mailboxes.add(name, "imaps://ann@localhost/INBOX", PASSWORD)

    def test_a_name_is_not_given_twice(self, server: ImapServer, web: Web) -> None:
        follow(web, server)
        with pytest.raises(CorpusError, match="There is another mailbox work"):
            web.mailboxes.add("work", server.address("INBOX"), PASSWORD)

    def test_a_server_that_sends_more_than_was_asked_for_is_left(
        self, tmp_path: Path, corpus: CorpusFolder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        web = opened(tmp_path, corpus, limit_file_megabytes=1)
        with talking_server(tmp_path, [b"* OK [CAPABILITY IMAP4rev1] hello\r\n", b"* X {99999999}\r\n"]) as port:
            monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
            with pytest.raises(FetchError, match=r"localhost could not be read by IMAP \(abort\)"):
                web.mailboxes.add("work", f"imaps://ann@localhost:{port}/INBOX", PASSWORD)
        web.close()


class TestFollowing:
    @pytest.fixture
    def clock(self, monkeypatch: pytest.MonkeyPatch) -> Clock:
        return clock_of(monkeypatch, mailboxes, records)

    def test_a_mailbox_that_cannot_be_read_is_told_and_left_alone_for_a_while(
        self, server: ImapServer, web: Web, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        follow(web, server)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        [failure] = refreshed(web).failed
        assert failure.source == "work"
        assert [(one.title, one.problem) for one in web.mailboxes.states()] == [("work", failure.reason)]
        assert refreshed(web).skipped
        clock.now += 301
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority))
        assert (refreshed(web).failed, web.mailboxes.states()[0].problem) == ((), "")

    def test_a_mailbox_that_is_followed_no_more_leaves_its_mails_and_no_password(
        self, server: ImapServer, corpus: CorpusFolder, web: Web, tmp_path: Path
    ) -> None:
        server.deliver(mail(1), folder="Veldt")
        follow(web, server)
        kept = tmp_path / "state" / "mailboxes.json"
        assert (kept.stat().st_mode & 0o777, PASSWORD.split("'")[1] in kept.read_text()) == (0o600, True)
        web.mailboxes.remove("work")
        assert "battery" not in kept.read_text()
        assert held(corpus) == as_kept(mail(1))
        assert list(web.mailboxes.refresh()) == []
        with pytest.raises(CorpusError, match="The mailbox work is not followed"):
            web.mailboxes.remove("work")


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("INBOX", "INBOX"),
        ("Entwürfe & mehr", "Entw&APw-rfe &- mehr"),
        ("Входящие", "&BBIERQQ+BDQETwRJBDgENQ-"),
        ("台北/日本語", "&U,BTFw-/&ZeVnLIqe-"),
    ],
)
def test_names_of_folders_are_written_as_imap_has_them(name: str, encoded: str) -> None:
    assert encoded_folder(name) == encoded


def test_the_commands_follow_a_mailbox_from_its_first_day_to_its_last(
    server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = Commands(tmp_path, monkeypatch)

    def run(*words: str, said: str = "") -> str:
        result = commands.run(*words, typed=said)
        assert result.exit_code == 0, result.output
        assert "battery" not in result.output
        return result.stdout

    server.deliver(mail(1), folder="Veldt")
    address = server.address("Veldt")
    told = run("mailbox", "add", "work", address, "--password-stdin", said=f"{PASSWORD}\n")
    assert told.splitlines()[:2] == ["work: 1 new or changed.", f"Added {source_of('work', mail(1))}"]
    server.deliver(mail(2), folder="Veldt")
    assert "work: 1 new or changed.\n" in run("refresh")
    assert "work: 0 new or changed.\n" in run("mailbox", "refresh", "work")
    assert [one in run("mailbox", "list") for one in ("work", "localhost")] == [True, True]
    run("mailbox", "remove", "work")
    assert run("mailbox", "list", "--json").strip() == "[]"


class talking_server:  # noqa: N801
    """A server that says these things over TLS to whoever connects, and then waits to be left."""

    def __init__(self, folder: Path, said: list[bytes]) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(folder / "authority.pem"))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(self._context)
        self._said = said
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._talk)

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()

    def _talk(self) -> None:
        connection, _ = self._listener.accept()
        with self._context.wrap_socket(connection, server_side=True) as talking:
            for one in self._said:
                talking.sendall(one)
            while talking.recv(1_000):
                pass
