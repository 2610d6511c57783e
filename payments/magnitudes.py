"""Which amounts are usual in a currency: round ones, whatever its unit is worth."""


def _codes(text: str, magnitude: int) -> dict[str, int]:
    return dict.fromkeys(text.split(), magnitude)


# How many units buy about what a pound, a dollar or a euro does. Powers of ten, so that round amounts stay round and no
# rate has to be right; editors see to the rest.
_MAGNITUDES = (
    _codes("CNY CZK DKK EGP HKD MAD MDL MXN MOP NOK SEK THB TRY TWD UAH UYU ZAR", 10)
    | _codes("ALL AMD AOA BDT DJF DZD HUF INR ISK JPY KES LKR NPR PHP PKR RSD RUB VUV XPF", 100)
    | _codes("ARS BIF CDF CLP COP CRC KMF KRW KZT MMK MNT NGN RWF TZS UGX XAF XOF", 1_000)
    | _codes("GNF IDR KHR LAK LBP MGA PYG UZS VND", 10_000)
)


def magnitude(currency: str) -> int:
    """Return the power of ten by which usual amounts in `currency` are larger than those in pounds."""
    return _MAGNITUDES.get(currency, 1)
