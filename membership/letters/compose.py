"""A letter as one email: subject, text, HTML with its styles inlined, and what is enclosed."""

from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from membership.letters.catalogue import CATALOGUE, Stream
from membership.letters.contents import Contents
from membership.letters.models import Letter
from membership.letters.unsubscribing import unsubscribe_url
from membership.letters.wording import word

# Mail programs drop style sheets; nothing is fetched to inline them.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Return the email of a letter, the same each time: a second sending bears the same Message-ID."""
    kind = CATALOGUE[letter.kind]
    contents = kind.gather(letter)
    if kind.stream == Stream.MARKETING and letter.supporter:
        contents.values["unsubscribe_url"] = unsubscribe_url(letter.supporter, now=letter.due_at)
    subject, text, html = printed(kind.name, contents)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=formataddr((contents.newspaper, _sender(kind.stream))),
        to=[contents.address],
        reply_to=[contents.reply_to],
        headers={
            **_way_out(contents),
            "Message-ID": letter.message_id,
            # RFC 3834: out-of-office replies are not wanted.
            "Auto-Submitted": "auto-generated",
            # Mailbox providers report complaints by these parts.
            "Feedback-ID": f"{kind.name}:{kind.stream.value}:{urlsplit(settings.SITE_URL).hostname}",
        },
    )
    message.attach_alternative(html, "text/html")
    # Read by mail providers' backends: what became of the mail is reported with these. Nobody's reading is followed.
    message.tags = [kind.name]  # type: ignore[attr-defined]
    message.metadata = {"letter": str(letter.reference)}  # type: ignore[attr-defined]
    message.track_opens = message.track_clicks = False  # type: ignore[attr-defined]
    for enclosure in contents.enclosures:
        message.attach(enclosure.name, enclosure.data, enclosure.media_type)
    return message


def _sender(stream: Stream) -> str:
    """Return the address of a stream: what readers think of one need not touch the other's good name."""
    senders = {
        Stream.TRANSACTIONAL: settings.DEFAULT_FROM_EMAIL,
        Stream.MARKETING: settings.MARKETING_FROM_EMAIL,
    }
    return parseaddr(senders[stream])[1]


def _way_out(contents: Contents) -> dict[str, str]:
    """Return the headers by which a mail program ends marketing mail with one click (RFC 8058)."""
    address = contents.values.get("unsubscribe_url")
    if not address:
        return {}
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def printed(kind: str, contents: Contents) -> tuple[str, str, str]:
    """Return a letter's subject, text and HTML."""
    # What a payer typed is one line, whatever it is: it must not begin a paragraph of the letter.
    name = " ".join(str(contents.values.get("payer_name", "")).split())
    values = {**contents.values, "payer_name": name}
    wording = word(kind, values)
    # Django logs the whole page, and whom it is for, when a template asks for what is not there.
    page = {"unsubscribe_url": "", **values, "wording": wording}
    text = render_to_string("letters/letter.txt", page).strip() + "\n"
    html = _inliner.inline(render_to_string("letters/letter.html", page))
    return wording.subject, text, html
