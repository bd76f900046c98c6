"""What can be known of copy before it is drawn: terms, lengths, promises, and whose words stand in. Pure."""

from adlocalizer.wording.discounts import ROUNDING, bears_out, claims_discount, discount_percent
from adlocalizer.wording.fallback import borrowed_words, words_by_locale
from adlocalizer.wording.findings import SPOKEN, concerning, copy_findings
from adlocalizer.wording.lengths import limit_of
from adlocalizer.wording.letters import length_of
from adlocalizer.wording.terms import banned_in, terms_of

__all__ = [
    "ROUNDING",
    "SPOKEN",
    "banned_in",
    "bears_out",
    "borrowed_words",
    "claims_discount",
    "concerning",
    "copy_findings",
    "discount_percent",
    "length_of",
    "limit_of",
    "terms_of",
    "words_by_locale",
]
