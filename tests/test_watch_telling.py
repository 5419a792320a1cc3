"""People are told of changed answers by mail and by a request, over real servers on this machine; secrets are not."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from assistant import Answer, Filters, Settings, SettingsError
from assistant.conversations.encoding import decode
from assistant.conversations.values import LOCAL_OWNER
from assistant.watches import mailing as mailing_module
from assistant.watches.checking import check_all, check_failed
from assistant.watches.mailing import MailChannel
from assistant.watches.telling import Channel, WebhookChannel, channels_of
from assistant.watches.watch_store import Watches
from assistant.watches.watch_values import AnswerChange
from tests.answers import NAUGHTY, cited
from tests.mail_server import MailServer, mail_server
from tests.model_server import free_port
from tests.web_server import Page, Site, redirect, served_site

PASSWORD = "pass/word@9:"
ENCODED = "pass%2Fword%409%3A"
FIVE = cited("The toll is 5 crowns.", title="Toll", source="toll.md", breadcrumb="", publisher="Veldt Courier")
SIX = cited("The toll is 6 crowns.", title="Later", source="later.md", breadcrumb="", url="https://e.example/later")
BODY = """\
How high is the toll?

Only in: reports

Now ({day})
----------------

The toll is 6 crowns. [1]

[1] Later · 2024-05-31 · later.md · https://e.example/later
    \u201cThe toll is 6 crowns.\u201d

Before ({day})
-------------------

The toll is 5 crowns. [1]

[1] Toll · Veldt Courier · 2024-05-31 · toll.md
    \u201cThe toll is 5 crowns.\u201d
"""


@pytest.fixture
def site() -> Iterator[Site]:
    with served_site() as site:
        site.pages["/hook/s3cret"] = Page("taken", 202)
        yield site


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server(PASSWORD) as server:
        yield server


@pytest.fixture
def watches(tmp_path: Path) -> Iterator[Watches]:
    kept = Watches(tmp_path)
    kept.add(LOCAL_OWNER, "How high is the toll?", Filters(("reports",)), FIVE)
    yield kept
    kept.close()


def mailing(server: MailServer, password: str = ENCODED) -> MailChannel:
    return MailChannel(f"smtp://ann%40example.org:{password}@127.0.0.1:{server.port}", "desk@example.org")


def check(watches: Watches, answer: Answer, channels: Sequence[Channel]) -> list[str]:
    """Ask again, for that answer; returns what could not be told, as the list of questions says."""
    check_all(watches, lambda *_: answer, channels)
    return [f"{one.source}: {one.reason}" for one in watches.all(LOCAL_OWNER)[0].untold]


def test_a_change_is_mailed_with_both_answers_and_their_sources_and_only_once(
    watches: Watches, mails: MailServer
) -> None:
    channels = [mailing(mails)]
    assert check(watches, FIVE, channels) == []
    assert mails.mails == []
    for _ in range(2):
        assert check(watches, SIX, channels) == []
    [mail] = mails.mails
    assert (mail["Subject"], mail["From"], mail["To"]) == (
        "Changed: How high is the toll?", "ann@example.org", "desk@example.org",
    )  # fmt: skip
    assert (mails.senders, mails.recipients) == (["<ann@example.org>"], ["<desk@example.org>"])
    day = watches.changes(LOCAL_OWNER)[0].after.answered_at[:10]
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == BODY.format(day=day)


def test_a_change_is_posted_as_json_and_only_once(watches: Watches, site: Site) -> None:
    channels = [WebhookChannel(site.url("/hook/s3cret"))]
    for answer in (FIVE, SIX, SIX):
        assert check(watches, answer, channels) == []
    [(path, body)] = site.posted
    assert path == "/hook/s3cret"
    assert site.headers[0]["content-type"] == "application/json"
    assert decode(AnswerChange, body.decode()) == watches.changes(LOCAL_OWNER)[0]
    told = json.loads(body)
    assert (told["question"], told["after"]["answer"]["citations"][0]["quote"]) == (
        "How high is the toll?", "The toll is 6 crowns.",
    )  # fmt: skip


def test_a_change_that_was_found_where_nobody_is_named_is_told_by_whoever_has_the_settings(
    watches: Watches, site: Site, mails: MailServer
) -> None:
    check(watches, SIX, [])
    for _ in range(2):
        assert check(watches, SIX, [WebhookChannel(site.url("/hook/s3cret"))]) == []
    assert (len(site.posted), mails.mails) == (1, [])
    for _ in range(2):
        assert check(watches, SIX, [mailing(mails)]) == []
    assert (len(site.posted), len(mails.mails)) == (1, 1)


def test_only_what_could_not_be_asked_is_asked_again_and_what_could_not_be_told_is_told(
    watches: Watches, site: Site
) -> None:
    site.pages["/hook/s3cret"] = Page("no", 500)
    channels = [WebhookChannel(site.url("/hook/s3cret"))]
    check(watches, SIX, channels)
    other = "Who may pass for free?"
    watches.add(LOCAL_OWNER, other, Filters(), FIVE)
    assert watches.record_problem(watches.all(LOCAL_OWNER)[1], watches.begin(), "The index is damaged.")
    site.pages["/hook/s3cret"] = Page("taken")
    checked = [check_failed(watches, lambda *_: FIVE, channels) for _ in range(2)]
    assert [[(one.question, one.state) for one in some] for some in checked] == [[(other, "unchanged")], []]
    assert [path for path, _ in site.posted] == ["/hook/s3cret"] * 2
    assert [one.untold for one in watches.all(LOCAL_OWNER)] == [(), ()]


@pytest.mark.parametrize(
    ("command", "answer", "told"),
    [
        ("MAIL", "552 full", "127.0.0.1 refuses the mail, with the code 552."),
        ("RCPT", "550 nobody", "127.0.0.1 refuses the recipient in CITEWELL_WATCH_EMAIL."),
        ("DATA", "451 later", "127.0.0.1 refuses the mail, with the code 451."),
        ("AUTH", "535 wrong", "127.0.0.1 refuses the user's name or the password in CITEWELL_SMTP."),
    ],
)
def test_a_mail_that_is_refused_is_told_in_the_list_and_sent_at_the_next_check(
    watches: Watches, mails: MailServer, command: str, answer: str, told: str
) -> None:
    mails.refuses[command] = answer
    assert check(watches, SIX, [mailing(mails)]) == [f"e-mail: 1 change not told yet. {told}"]
    del mails.refuses[command]
    assert check(watches, SIX, [mailing(mails)]) == []
    assert len(mails.mails) == 1


def test_a_mail_that_was_taken_is_not_sent_again_whatever_the_server_says_at_the_end(
    watches: Watches, mails: MailServer
) -> None:
    mails.refuses["QUIT"] = "421 no"
    assert check(watches, SIX, [mailing(mails)]) == []
    assert len(mails.mails) == 1


@pytest.mark.parametrize("answer", [Page("no", 500), redirect("/elsewhere")])
def test_a_request_that_is_refused_or_sent_elsewhere_is_kept_for_the_next_check(
    watches: Watches, site: Site, answer: Page
) -> None:
    channels = [WebhookChannel(site.url("/hook/s3cret"))]
    site.pages |= {"/hook/s3cret": answer, "/elsewhere": Page("taken")}
    assert check(watches, SIX, channels) == [f"webhook: 1 change not told yet. 127.0.0.1 answered {answer.status}."]
    assert site.asked_for() == ["/hook/s3cret"]
    site.pages["/hook/s3cret"] = Page("taken")
    assert check(watches, SIX, channels) == []


def test_servers_that_cannot_be_reached_are_named_and_after_one_failure_the_rest_waits(watches: Watches) -> None:
    port = free_port()
    channels: list[Channel] = [
        MailChannel(f"smtp://ann:s3cret@127.0.0.1:{port}", "desk@example.org"),
        WebhookChannel(f"http://127.0.0.1:{port}/hook/s3cret"),
    ]
    check(watches, SIX, channels)
    assert check(watches, FIVE, channels) == [
        "e-mail: 2 changes not told yet. 127.0.0.1 could not be given the mail (ConnectionRefusedError).",
        "webhook: 2 changes not told yet. 127.0.0.1 could not be reached (TransportError).",
    ]


def test_a_password_that_cannot_be_sent_is_told_and_nothing_is_raised(watches: Watches, mails: MailServer) -> None:
    [told] = check(watches, SIX, [mailing(mails, "p%C3%A4ss")])
    assert told == "e-mail: 1 change not told yet. 127.0.0.1 could not be given the mail (UnicodeEncodeError)."


def test_neither_password_nor_mail_goes_unencrypted_to_another_computer(
    watches: Watches, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing_module, "is_loopback", lambda _: False)
    assert check(watches, SIX, [mailing(mails)]) == [
        "e-mail: 1 change not told yet. 127.0.0.1 offers no encryption (STARTTLS). Use smtps://, or another server."
    ]
    assert (mails.mails, mails.senders) == ([], [])


def test_what_a_mail_server_does_not_offer_is_told_by_its_name(watches: Watches, mails: MailServer) -> None:
    channel = mailing(mails)
    abroad = MailChannel(f"smtp://127.0.0.1:{mails.port}", "b\u00fcro@example.org")
    assert check(watches, SIX, [abroad]) == [
        "e-mail: 1 change not told yet. 127.0.0.1 takes no address with letters beyond ASCII (SMTPUTF8). "
        "Use another address, or another server."
    ]
    mails.password = ""
    assert check(watches, SIX, [channel]) == [
        "e-mail: 1 change not told yet. 127.0.0.1 offers no login. "
        "Name no user in CITEWELL_SMTP, or use another server."
    ]
    assert mails.mails == []


def test_threads_that_check_at_once_tell_of_a_change_once(watches: Watches, mails: MailServer) -> None:
    threads = [Thread(target=check, args=(watches, SIX, [mailing(mails)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mails.mails) == 1


@pytest.mark.parametrize("text", [text for text in NAUGHTY if text.strip()] + ["a\r\nBcc: x@e.example", "x" * 5_000])
def test_whatever_a_question_or_a_document_says_a_mail_is_one_mail_to_one_recipient(
    watches: Watches, mails: MailServer, text: str
) -> None:
    watches.add(LOCAL_OWNER, text, Filters((text,)), FIVE)
    answer = replace(cited(text, title=text, source=text, publisher=text), text=text)
    check_all(watches, lambda *_: answer, [mailing(mails)])
    assert [mail["To"] for mail in mails.mails] == ["desk@example.org"] * 2
    assert set(mails.recipients) == {"<desk@example.org>"}
    assert [mail["Bcc"] for mail in mails.mails] == [None, None]
    assert all(mail.get_content().count("[1]") >= 2 for mail in mails.mails)


class TestSettings:
    def test_nobody_is_told_unless_somebody_is_named(self) -> None:
        assert channels_of(Settings()) == []
        assert channels_of(Settings(smtp="smtp://a.example", watch_email="", watch_webhook="")) == []

    def test_who_is_told_is_said_without_secrets(self) -> None:
        settings = Settings(
            watch_email="desk@example.org",
            smtp="smtps://ann:s3cret@mail.example.org",
            watch_webhook="https://hooks.example.org/T1/s3cret",
        )
        assert [one.where for one in channels_of(settings)] == ["desk@example.org", "hooks.example.org"]
        assert "s3cret" not in f"{settings!r} {settings}"

    @pytest.mark.parametrize(
        "values",
        [
            {"smtp": "s3cret"},
            {"smtp": "https://ann:s3cret@mail.example.org"},
            {"smtp": "smtp://ann:s3cret@mail.example.org:x"},
            {"smtp": "smtp://ann:s3cret/9@mail.example.org"},
            {"watch_webhook": "http://hooks.example.org/s3cret"},
            {"watch_webhook": "https://ann:s3cret@hooks.example.org"},
            {"watch_webhook": "ftp://127.0.0.1/s3cret"},
            {"watch_email": "desk@example.org"},
            {"watch_email": "desk@example.org, all@example.org", "smtp": "smtp://ann:s3cret@mail.example.org"},
            {"watch_email": "desk@example.org\nBcc: x@example.org", "smtp": "smtp://ann:s3cret@mail.example.org"},
        ],
    )
    def test_what_cannot_be_used_is_refused_without_the_secret(self, values: dict[str, str]) -> None:
        with pytest.raises(SettingsError) as refused:
            Settings(**values)
        assert "s3cret" not in f"{refused.value} {refused.value.__cause__}"

    def test_no_secret_is_written_to_a_log(
        self, watches: Watches, mails: MailServer, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        check(watches, SIX, [mailing(mails), WebhookChannel(site.url("/hook/s3cret"))])
        assert (len(mails.mails), len(site.posted)) == (1, 1)
        assert not any(secret in caplog.text for secret in ("s3cret", PASSWORD, ENCODED))
