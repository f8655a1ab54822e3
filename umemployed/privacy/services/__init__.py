"""The verbs of personal data."""

from umemployed.privacy.services.consents import (
    ConsentRequired,
    TextReplaced,
    answers_of,
    give_at_sign_up,
    give_consent,
    has_consented,
    withdraw_consent,
)
from umemployed.privacy.services.erasure import ErasureAlreadyRequested, cancel_erasure, request_erasure
from umemployed.privacy.services.execution import carry_out, carry_out_due, replay
from umemployed.privacy.services.export import ExportRunning, prepare, request_export

__all__ = [
    "ConsentRequired",
    "ErasureAlreadyRequested",
    "ExportRunning",
    "TextReplaced",
    "answers_of",
    "cancel_erasure",
    "carry_out",
    "carry_out_due",
    "give_at_sign_up",
    "give_consent",
    "has_consented",
    "prepare",
    "replay",
    "request_erasure",
    "request_export",
    "withdraw_consent",
]
