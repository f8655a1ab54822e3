"""Model fields whose columns hold ciphertext."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.utils.translation import gettext_lazy as _

from umemployed.vault.ring import decrypt, encrypt


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the column (Fernet: AES-128-CBC with HMAC-SHA256) and plain in Python.

    ``purpose`` names the column for the key derivation; it is written into every value for good, so it
    does not change when the column is renamed. Only NULL can be looked for: the same text is another
    ciphertext each time.
    """

    description = _("Encrypted text")

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "purpose": self.purpose}

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return None if value is None else encrypt(value, purpose=self.purpose)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt what was read. Raises Undecryptable."""
        return None if value is None else self.opened(decrypt(value, purpose=self.purpose))

    def opened(self, plain: str) -> Any:
        """Return the Python value of a decrypted text."""
        return plain

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: it can be looked for by isnull only.")
        return super().get_lookup(lookup_name)


class EncryptedJSONField(EncryptedTextField):
    """A JSON document that is encrypted as a whole in the column and plain in Python.

    Costs less than 10 µs a kilobyte each way, and a third more room than its JSON. Nothing inside it can be looked for.
    """

    description = _("Encrypted JSON document")
    # What django-stubs takes an attribute of this field for.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> str | None:
        """Encrypt the document. Raises TypeError for what JSON cannot say."""
        return None if value is None else super().get_prep_value(json.dumps(value, ensure_ascii=False))

    def opened(self, plain: str) -> Any:
        """Return the document."""
        return json.loads(plain)

    def to_python(self, value: Any) -> Any:
        """Return a document as it is: it never comes from a form."""
        return value
