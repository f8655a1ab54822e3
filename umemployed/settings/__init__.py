"""All settings, read from the environment by strict readers. Imported by nobody; Django loads it.

``UMEMPLOYED_ENV`` is ``production`` (the default: nothing secret has a default),
``embedded`` (set by ``./dev``) or ``test``. Each section is a module; a setting is in one of them only.
"""

from umemployed.settings.backoffice import *
from umemployed.settings.browsers import *
from umemployed.settings.entrance import *
from umemployed.settings.files import *
from umemployed.settings.house import *
from umemployed.settings.installed import *
from umemployed.settings.language import *
from umemployed.settings.logs import *
from umemployed.settings.mail import *
from umemployed.settings.personal import *
from umemployed.settings.queue import *
from umemployed.settings.rest import *
from umemployed.settings.rooms import *
from umemployed.settings.stores import *
