"""What a prompt's link says of where it was followed, beside its signed code.

Only the code is signed, so that one bundle serves every page. Everything else is typed by anybody who likes: it counts
only beside a code of ours, and only where it is one of the words that there are.
"""

import re
from collections.abc import Callable, Mapping

from django_countries import countries

from membership.prompts.attribution import read_attribution
from membership.prompts.editions import EDITIONS
from membership.supporters.models import SupporterState

# A newspaper names its own slots and articles, so these are known by their shape.
_SLOT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}").fullmatch
_ARTICLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,119}").fullmatch

_IS_KNOWN: Mapping[str, Callable[[str], object]] = {
    "slot": _SLOT,
    "edition": EDITIONS.__contains__,
    "country": lambda word: word in countries,
    "state": SupporterState.values.__contains__,
    "article": _ARTICLE,
}
# Where no seed was kept the first variant is shown, and counted apart from those who were assigned to it.
_UNASSIGNED = "default"


def read_click(query: Mapping[str, str]) -> dict[str, str]:
    """Return what a link's parameters say of the prompt that was followed, for a checkout's attribution.

    `prompt` and `variant` come from the signed `code`; slot, edition, country, state and article are empty where the
    link does not name a known one, and not overruled where the code has them. `arm` is what the events of the same
    reader were counted under: the variant, or `default:` and the variant. Empty where the code is of no prompt.
    """
    signed = read_attribution(query.get("code", ""))
    if "prompt" not in signed:
        return signed
    plain = {
        name: word if is_known(word := query.get(name, "")) else ""
        for name, is_known in _IS_KNOWN.items()
    }
    variant = signed.get("variant", "")
    is_unassigned = query.get("arm", "").partition(":")[0] == _UNASSIGNED
    arm = f"{_UNASSIGNED}:{variant}" if is_unassigned else variant
    return {**plain, "arm": arm, **signed}
