"""Made-up business numbers and telephone numbers that pass the public checks."""

from reconcile.sandbox.generate.dice import Dice

ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)

DRAMA_MOBILES = (
    *("0491570006", "0491570156", "0491570157", "0491570158", "0491570159", "0491570110", "0491570313", "0491570737"),
    *("0491571266", "0491571491", "0491571804", "0491572549", "0491572665", "0491572983", "0491573770", "0491573087"),
)


def abn_from(nine_digits: str) -> str:
    """The 11-digit ABN whose last nine digits are given: two check digits from 11 to 99 go in front."""
    rest = sum(int(digit) * weight for digit, weight in zip(nine_digits, ABN_WEIGHTS[2:], strict=True)) % 89
    return f"{10 + 89 - rest}{nine_digits}"


class Numbers:
    """Hands out numbers that nobody else in the world holds."""

    def __init__(self, dice: Dice) -> None:
        """Start at a place in each block that the seed decides."""
        self._offsets = {block: dice.randrange(100_000) for block in ("abn", "mobile", "02", "03", "07", "08", "1300")}
        self._taken = dict.fromkeys(self._offsets, 0)

    def abn(self) -> str:
        """An ABN with a right checksum in a run of numbers that begins with 9."""
        return abn_from(f"9{self._next('abn', 10**8):08d}")

    def mobile(self) -> str:
        """A mobile number: the numbers set aside for drama first, then the block around them."""
        taken = self._taken["mobile"]
        if taken < len(DRAMA_MOBILES):
            self._taken["mobile"] += 1
            return DRAMA_MOBILES[taken]
        return f"0491{self._next('mobile', 10**6):06d}"

    def landline(self, area: str) -> str:
        """A number in the drama ranges 5550 xxxx and 7010 xxxx of an area code (02, 03, 07 or 08)."""
        position = self._next(area, 20_000)
        return f"{area}{'5550' if position < 10_000 else '7010'}{position % 10_000:04d}"

    def business_line(self) -> str:
        """A 1300 number of a business."""
        return f"1300975{self._next('1300', 1000):03d}"

    def _next(self, block: str, size: int) -> int:
        position = self._taken[block]
        self._taken[block] += 1
        return (self._offsets[block] + position * 7919) % size
