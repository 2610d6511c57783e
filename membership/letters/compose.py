"""A letter as one email: subject, text, HTML with its styles inlined, and what is enclosed."""

from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from membership.letters.catalogue import CATALOGUE
from membership.letters.models import Letter

# Mail programs drop style sheets; nothing is fetched to inline them.
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False)


def compose(letter: Letter) -> EmailMultiAlternatives:
    """Return the email of a letter, the same each time: a second sending bears the same Message-ID."""
    kind = CATALOGUE[letter.kind]
    contents = kind.gather(letter)
    folder = f"letters/{kind.name}"
    subject = render_to_string(f"{folder}/subject.txt", contents.values)
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"{folder}/body.txt", contents.values).strip() + "\n",
        from_email=formataddr((contents.newspaper, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[contents.address],
        reply_to=[contents.reply_to],
        headers={
            "Message-ID": letter.message_id,
            # RFC 3834: out-of-office replies are not wanted.
            "Auto-Submitted": "auto-generated",
            # Mailbox providers report complaints by these parts.
            "Feedback-ID": f"{kind.name}:{kind.stream.value}:{urlsplit(settings.SITE_URL).hostname}",
        },
    )
    html = render_to_string(f"{folder}/body.html", contents.values)
    message.attach_alternative(_inliner.inline(html), "text/html")
    for enclosure in contents.enclosures:
        message.attach(enclosure.name, enclosure.data, enclosure.media_type)
    return message
