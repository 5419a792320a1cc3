"""Mails as programs really write them: which of their texts is read, what else they hold, and in which characters."""

from __future__ import annotations

import struct
from email.message import EmailMessage

import pytest
from compressed_rtf import compress

from assistant.reading import read, reader_for
from assistant.reading.limits import Limits, Options
from assistant.types import Document, Failure
from tests.compound_files import compound
from tests.file_makers import eml

HEAD = "From: Ann Orr <ann@orr.example>\nSubject: Cranes\nDate: Fri, 31 May 2024 10:00:00 +0200\nMIME-Version: 1.0\n"
PRINTED = "From: Ann Orr <ann@orr.example>\nDate: Fri, 31 May 2024 10:00:00 +0200\nSubject: Cranes\n\n"
STUB = "Your program cannot show this. Look at it in a browser."
SAID = "The council approved four cranes for the harbour of Veldt, which cost ninety crowns each."


def document(source: str, content: str | bytes) -> Document:
    return read(reader_for(source), source, content.encode() if isinstance(content, str) else content)


def body(content: str | bytes) -> str:
    """The text of a mail without its headers."""
    text = document("a.eml", content).text
    assert text.startswith("From: Ann Orr")
    return text.partition("\n\n")[2].strip()


def multipart(kind: str, *parts: str) -> str:
    boundary = f"={kind}="
    inside = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{inside}--{boundary}--\n'


def part(kind: str, text: str, more: str = "") -> str:
    return f"Content-Type: {kind}; charset=utf-8\n{more}\n{text}\n"


class TestTheTextThatIsRead:
    @pytest.mark.parametrize("plain", ["", " \n\n", STUB])
    @pytest.mark.parametrize("around", [lambda html: html, lambda html: multipart("related", html)])
    def test_is_the_html_where_the_plain_part_says_nothing_of_it(self, plain: str, around: object) -> None:
        html = part("text/html", f"<p>{SAID}</p><p>They turn at <b>noon</b>.</p>")
        assert callable(around)
        mail = HEAD + multipart("alternative", part("text/plain", plain), around(html))
        assert body(mail) == f"{SAID}\n\nThey turn at noon."

    @pytest.mark.parametrize("html", [f"<p>{SAID}</p>", "<p>Allow pictures.</p>", "", "<img src='cid:x'>"])
    def test_is_the_plain_part_where_it_says_as_much(self, html: str) -> None:
        mail = HEAD + multipart("alternative", part("text/plain", SAID), part("text/html", html))
        assert body(mail) == SAID

    def test_is_every_one_that_stands_between_attachments(self) -> None:
        mail = HEAD + multipart(
            "mixed",
            part("text/plain", "First."),
            part("text/plain", "Four stand.", "Content-Disposition: attachment; filename=cranes.txt\n"),
            part("text/html", "<p>Second.</p>"),
            multipart("alternative", part("text/plain", "Third."), part("text/html", "<p>Third.</p>")),
        )
        assert body(mail) == "First.\n\nSecond.\n\nThird.\n\n# cranes.txt\n\nFour stand."

    def test_leaves_a_file_beside_its_html_in_the_mail(self) -> None:
        file = part("text/plain", "Four stand.", "Content-Disposition: attachment; filename=cranes.txt\n")
        rich = multipart("mixed", part("text/html", "<p>See below.</p>"), file.replace("text/plain", "application/x"))
        mail = HEAD + multipart("alternative", part("text/plain", "See below."), rich)
        assert body(mail) == "See below.\n\n# cranes.txt\n\nFour stand."

    @pytest.mark.parametrize(
        "before", ["\ufeff", "\n\n", "From ann@orr.example Fri May 31 10:00:00 2024\n", ">From x\n\n"]
    )
    def test_stands_below_headers_whatever_is_before_them(self, before: str) -> None:
        assert document("a.eml", f"{before}{HEAD}\nFour stand.").text == f"{PRINTED}Four stand.\n\n"


class TestCharacters:
    @pytest.mark.parametrize(
        ("named", "inside", "encoding"),
        [
            ("utf-8", "iso-8859-1", "utf-8"),
            ("windows-1252", "utf-8", "cp1252"),
            ("iso-8859-1", "utf-8", "cp1252"),
            ("us-ascii", "utf-8", "utf-8"),
            ("x-unknown", "windows-1252", "cp1252"),
        ],
    )
    def test_of_html_are_decoded_once(self, named: str, inside: str, encoding: str) -> None:
        html = f'<html><head><meta charset="{inside}"></head><body><p>Für 5 € ins Café</p></body></html>'
        mail = f"{HEAD}Content-Type: text/html; charset={named}\nContent-Transfer-Encoding: 8bit\n\n{html}"
        assert body(mail.encode(encoding)) == "Für 5 € ins Café"

    @pytest.mark.parametrize(
        ("header", "read_as"),
        [
            ("=?utf-8?B?R3LDvMOf?= =?utf-8?B?ZSBhdXMgS8O2?=\n =?utf-8?Q?ln?=", "Grüße aus Köln"),
            ("=?utf-8?B?Q2Fmww==?= =?utf-8?B?qSBpbSBNYWk=?=", "Café im Mai"),
            ("=?iso-8859-1?Q?Ein_=93Gru=DF=94?=", "Ein “Gruß”"),
            ("=?no-such?Q?Stra=DFe_und_Gr=FC=DFe?=", "Straße und Grüße"),
            ("Grüße aus Köln", "Grüße aus Köln"),
        ],
    )
    def test_of_a_subject(self, header: str, read_as: str) -> None:
        assert document("a.eml", f"From: Ann <a@b.example>\nSubject: {header}\n\nFour stand.".encode()).title == read_as

    @pytest.mark.parametrize(
        ("sender", "author"),
        [
            ("Ann Orr", "Ann Orr"),
            ("Ann Orr <ann@orr.example>", "Ann Orr"),
            ("ann@orr.example", "ann@orr.example"),
            ("=?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <j@x.example>", "Müller, Jörg"),
            ('"=?utf-8?Q?J=C3=B6rg?=" <j@x.example>', "Jörg"),
        ],
    )
    def test_of_who_wrote_it(self, sender: str, author: str) -> None:
        assert document("a.eml", f"From: {sender}\nSubject: Cranes\n\nFour stand.").author == author


EVENT = (
    "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Walk along\n  the quay\nLOCATION:Pier 4\\, Veldt\n{}\n"
    "ORGANIZER;CN=Ann Orr:mailto:ann@orr.example\nATTENDEE:mailto:bo@x.example\nDESCRIPTION:Bring boots.\nEND:VEVENT\n"
    "END:VCALENDAR\n"
)
WALK = "DTSTART:20310318T140000Z\nDTEND:20310318T160000Z"
WALKED = (
    "Walk along the quay: 18 March 2031, 14:00 to 16:00 UTC, at Pier 4, Veldt.\n\n"
    "Organizer: Ann Orr\nAttendees: bo@x.example\n\nBring boots."
)


class TestInvitations:
    def test_are_read_with_the_mail_once(self) -> None:
        calendar = EVENT.format(WALK)
        both = multipart("alternative", part("text/plain", "You are invited."), part("text/calendar", calendar))
        mail = HEAD + multipart("mixed", both, part("application/ics; name=invite.ics", calendar))
        assert body(mail) == f"You are invited.\n\n{WALKED}"

    @pytest.mark.parametrize(
        ("times", "said"),
        [
            (WALK, "18 March 2031, 14:00 to 16:00 UTC"),
            ("DTSTART;VALUE=DATE:20310318\nDTEND;VALUE=DATE:20310319", "18 March 2031"),
            ("DTSTART;VALUE=DATE:20310318\nDTEND;VALUE=DATE:20310320", "18 March 2031 to 19 March 2031"),
            (
                "DTSTART;TZID=Europe/Berlin:20310318T090000\nDURATION:PT90M",
                "18 March 2031, 09:00 to 10:30 Europe/Berlin",
            ),
            ("DTSTART:20310318T220000\nDTEND:20310319T010000", "18 March 2031, 22:00 to 19 March 2031, 01:00"),
        ],
    )
    def test_say_when_in_words(self, times: str, said: str) -> None:
        text = document("walk.ics", EVENT.format(times)).text
        assert text.partition("\n")[0] == f"Walk along the quay: {said}, at Pier 4, Veldt."

    def test_that_are_broken_are_told_and_the_mail_is_read(self) -> None:
        broken = EVENT.format("DTSTART:on Tuesday")
        mail = document("a.eml", HEAD + multipart("mixed", part("text/plain", "See."), part("text/calendar", broken)))
        assert (mail.text, [one.source for one in mail.left_out]) == (f"{PRINTED}See.\n\n", ["text/calendar"])


def sent_on(times: int) -> bytes:
    """A mail that holds a mail, and so on."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Ann Orr <ann@orr.example>", "Mail 0"
    mail.set_content("Text 0.")
    for number in range(1, times + 1):
        outer = EmailMessage()
        outer["From"], outer["Subject"] = "Ann Orr <ann@orr.example>", f"Mail {number}"
        outer.set_content(f"Text {number}.")
        outer.add_attachment(mail)
        mail = outer
    return mail.as_bytes()


class TestMailsInMails:
    def test_are_read_with_their_own_headers(self) -> None:
        assert document("a.eml", sent_on(2)).text == (
            "From: Ann Orr <ann@orr.example>\nSubject: Mail 2\n\nText 2.\n\n## Mail 1\n\n"
            "From: Ann Orr <ann@orr.example>\nSubject: Mail 1\n\nText 1.\n\n## Mail 0\n\n"
            "From: Ann Orr <ann@orr.example>\nSubject: Mail 0\n\nText 0.\n\n"
        )

    def test_that_stand_too_deep_are_told(self) -> None:
        mail = document("a.eml", sent_on(12))
        assert [text in mail.text for text in ("Text 2.", "Text 1.")] == [True, False]
        assert mail.left_out == (Failure("a forwarded mail", "It stands too deep within others. Add it by itself."),)

    def test_of_a_digest_are_all_read(self) -> None:
        mails = [f"\nFrom: Bo <bo@x.example>\nSubject: {n}\n\nText {n}.\n" for n in (1, 2)]
        assert body(HEAD + multipart("digest", *mails)) == "\n\n".join(
            f"## {n}\n\nFrom: Bo <bo@x.example>\nSubject: {n}\n\nText {n}." for n in (1, 2)
        )

    def test_of_a_mailbox_are_places(self) -> None:
        line = "From ann@orr.example Fri May 31 10:00:00 2024\n"
        first = eml("Cranes", "Four stand.\n\nFrom June on they turn.").decode()
        box = document("box.mbox", f"{line}{first}\n{line}{eml('Ships', 'Two rest.').decode()}")
        assert box.text == (
            "# Cranes\n\nFrom: Ann Orr <ann@orr.example>\nSubject: Cranes\n\nFour stand.\n\nFrom June on they turn.\n\n"
            "# Ships\n\nFrom: Ann Orr <ann@orr.example>\nSubject: Ships\n\nTwo rest.\n\n"
        )
        assert [(box.text[at : at + 5], place.label) for at, place in box.places] == [
            ("# Cra", "Cranes"),
            ("# Shi", "Ships"),
        ]

    def test_of_a_mailbox_are_counted(self) -> None:
        box = b"From a@b.example Fri May 31 10:00:00 2024\nSubject: A\n\nB.\n\n" * 3
        with pytest.raises(Exception, match=r"^The mailbox holds 3 mails; at most 2 are read\."):
            read(reader_for("box.mbox"), "box.mbox", box, Options(Limits(unpacked_files=2)))


def numbers(header: int, **properties: tuple[int, int]) -> bytes:
    """A stream of numeric properties: the kind and the value of each, by id in hexadecimal."""
    entries = (struct.pack("<HHIQ", kind, int(name[1:], 16), 6, value) for name, (kind, value) in properties.items())
    return bytes(header) + b"".join(entries)


SENT = {"x0039": (0x40, (1_717_142_400 + 11_644_473_600) * 10_000_000)}  # 31 May 2024, 8 o'clock
STREAM = "__substg1.0_"


class TestOutlook:
    def test_a_body_in_rtf_and_the_moment_of_sending_are_read(self) -> None:
        rtf = rb"{\rtf1\ansi\ansicpg1252 Four cranes stand in Veldt f\'fcr 5 \'80.\par They turn.}"
        content = {
            "__properties_version1.0": numbers(32, **SENT),
            f"{STREAM}0037001F": "Cranes".encode("utf-16-le"),
            f"{STREAM}0C1A001F": "Ann Orr".encode("utf-16-le"),
            f"{STREAM}10090102": compress(rtf),
        }
        mail = document("a.msg", compound(content))
        assert mail.text == (
            "From: Ann Orr\nDate: 2024-05-31T08:00:00+00:00\nSubject: Cranes\n\n"
            "Four cranes stand in Veldt für 5 €.\n\nThey turn.\n\n"
        )
        assert (mail.author, mail.published) == ("Ann Orr", "2024-05-31T08:00:00+00:00")

    def test_text_is_in_the_code_page_that_is_named(self) -> None:
        content = {
            "__properties_version1.0": numbers(32, x3FFD=(3, 1251)),
            f"{STREAM}0037001E": "Краны".encode("cp1251"),
            f"{STREAM}1000001E": "Их четыре.".encode("cp1251"),
        }
        assert document("a.msg", compound(content)).text == "Subject: Краны\n\nИх четыре.\n\n"

    def test_html_is_read_where_the_plain_text_says_nothing_of_it(self) -> None:
        content = {
            f"{STREAM}0037001F": "Cranes".encode("utf-16-le"),
            f"{STREAM}1000001F": STUB.encode("utf-16-le"),
            f"{STREAM}10130102": f"<p>{SAID}</p>".encode(),
        }
        assert document("a.msg", compound(content)).text == f"Subject: Cranes\n\n{SAID}\n\n"

    def test_a_damaged_body_is_told(self) -> None:
        content = {f"{STREAM}0037001F": "Cranes".encode("utf-16-le"), f"{STREAM}10090102": b"no rtf"}
        assert [one.source for one in document("a.msg", compound(content)).left_out] == ["text/rtf"]
