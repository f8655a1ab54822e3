"""Language and time."""

from django.utils.translation import gettext_lazy as _

from umemployed.settings.house import BASE_DIR

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
# Named here, the catalogues of our rooms win over those of Django, whose "active" is a man.
LOCALE_PATHS = sorted(path for pattern in ("*/locale", "umemployed/*/locale") for path in BASE_DIR.glob(pattern))
