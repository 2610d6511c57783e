"""The words of the default prompts, by campaign and edition."""

WORDS: dict[str, dict[str, dict[str, str]]] = {
    "update-card": {
        "uk": {
            "title": "Your last payment did not go through",
            "body": (
                "It happens: a card runs out, or a bank wants to be asked again. Nothing is lost,"
                " and nobody needs to start afresh."
            ),
            "action": "Update your card",
        },
        "us": {
            "title": "Your last payment didn’t go through",
            "body": (
                "It happens: a card expires, or a bank wants to double-check. Nothing is lost, "
                "and you don’t need to start over."
            ),
            "action": "Update your card",
        },
    },
    "ask": {
        "uk": {
            "title": "This article is free to read. Readers pay for it.",
            "body": (
                "{newspaper} has no paywall, so that nobody is kept from the news by its price. "
                "Readers who can spare a little make that possible, from {from_price} a month."
            ),
            "plea": (
                "If you are able to, please join them. If you are not, you are just as welcome "
                "here."
            ),
            "action": "Support us every month",
        },
        "us": {
            "title": "This article is free because readers chip in",
            "body": (
                "{newspaper} has no paywall. News that people need should not depend on what they"
                " can afford, so readers who can give do, starting at {from_price} a month."
            ),
            "plea": (
                "If that could be you, please join them. If now is not a good time, you are "
                "welcome here just the same."
            ),
            "action": "Give every month",
        },
    },
    "ask-registered": {
        "uk": {
            "title": "You read with us. Could you support us too?",
            "body": (
                "Your account has not been used for a gift so far, and that is perfectly all "
                "right: everything we publish stays open to everyone."
            ),
            "plea": (
                "If you can spare {from_price} a month or more, it helps {newspaper} to pay the "
                "people who find out, check and explain."
            ),
            "action": "Support us every month",
        },
        "us": {
            "title": "You read with us. Would you give, too?",
            "body": (
                "You have an account and have not made a gift yet, and that is completely fine: "
                "everything we publish stays open to everyone."
            ),
            "plea": (
                "If you can spare {from_price} a month or more, you help {newspaper} pay the "
                "people who dig, check and explain."
            ),
            "action": "Give every month",
        },
    },
    "welcome-back": {
        "uk": {
            "title": "It is good to see you again",
            "body": (
                "You have supported {newspaper} before, and what you gave paid for reporting that"
                " anybody could read. Thank you."
            ),
            "plea": (
                "If the time is right to do so again, from {from_price} a month, it would help. "
                "If it is not, please simply read on."
            ),
            "action": "Support us again every month",
        },
        "us": {
            "title": "It’s good to see you again",
            "body": (
                "You have supported {newspaper} before, and your gift paid for reporting that "
                "anyone could read. Thank you."
            ),
            "plea": (
                "If you can do it again, starting at {from_price} a month, it would help. If not,"
                " please just keep reading."
            ),
            "action": "Give again every month",
        },
    },
    "invite-monthly": {
        "uk": {
            "title": "Would a monthly gift suit you?",
            "body": (
                "Your gift is at work in these pages: thank you. Some readers prefer to give a "
                "little every month, from {from_price}, because it lets us plan ahead."
            ),
            "plea": "If that suits you, here it is. If not, nothing changes.",
            "action": "Give every month",
        },
        "us": {
            "title": "Would a monthly gift work for you?",
            "body": (
                "Your gift is at work in these pages: thank you. Some readers like to give a "
                "little every month, starting at {from_price}, because it lets us plan ahead."
            ),
            "plea": "If that works for you, here it is. If not, nothing changes.",
            "action": "Give every month",
        },
    },
    "thanks-one-off": {
        "uk": {
            "title": "Thank you for your gift",
            "body": (
                "Because of readers like you, this article is open to everyone. We will not ask "
                "you again for three months after your gift."
            ),
        },
        "us": {
            "title": "Thank you for your gift",
            "body": (
                "Because of readers like you, this article is open to everyone. We won’t ask you "
                "again for three months after your gift."
            ),
        },
    },
    "thanks-recurring": {
        "uk": {
            "title": "Thank you for standing behind us",
            "body": (
                "Your regular gift pays for the reporting on this page and keeps it open to "
                "everyone. You will find no appeals in our articles."
            ),
            "action": "See your support",
        },
        "us": {
            "title": "Thank you for standing with us",
            "body": (
                "Your recurring gift pays for the reporting on this page and keeps it open to "
                "everyone. You won’t see appeals in our articles."
            ),
            "action": "See your support",
        },
    },
    "paused": {
        "uk": {
            "title": "Your support is paused",
            "body": (
                "Thank you for what you have given so far. Nothing is collected during the pause,"
                " and you can change it whenever you like."
            ),
            "action": "See your support",
        },
        "us": {
            "title": "Your support is paused",
            "body": (
                "Thank you for everything you have given so far. We won’t charge you during the "
                "pause, and you can change it any time."
            ),
            "action": "See your support",
        },
    },
    "ending": {
        "uk": {
            "title": "Thank you for your support",
            "body": (
                "You have stopped your regular gift, and nothing more will be collected. What you"
                " gave is still at work in these pages. Should you change your mind, you know "
                "where to find us."
            ),
            "action": "See your support",
        },
        "us": {
            "title": "Thank you for your support",
            "body": (
                "You have stopped your recurring gift, and you won’t be charged again. What you "
                "gave is still at work in these pages. If you change your mind, you know where to"
                " find us."
            ),
            "action": "See your support",
        },
    },
}
