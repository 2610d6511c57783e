"""What may stand on a payer's bank statement."""

import re

_FORBIDDEN = set("<>\\'\"")


def descriptor_problem(descriptor: str) -> str | None:
    """Say what Stripe would refuse in a statement descriptor; None when it is good.

    "PREFIX* WORDS" names the part that goes with each card payment; without an asterisk the
    account's own descriptor is used. See Stripe's page on statement descriptors.
    """
    if not 5 <= len(descriptor) <= 22:
        return "A statement descriptor has 5 to 22 characters."
    if not descriptor.isascii() or not descriptor.isprintable():
        return "Only unaccented Latin letters, digits and punctuation reach a bank statement."
    if _FORBIDDEN & set(descriptor):
        return "Stripe refuses the characters < > \\ ' and \"."
    if descriptor.count("*") > 1:
        return "One asterisk at most: it stands between the prefix and the words of a payment."
    if not re.search(r"[A-Za-z]", descriptor):
        return "At least one letter is needed."
    return None
