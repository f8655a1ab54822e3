"""The admin's looks."""

from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "Umemployed",
    "SITE_HEADER": "Umemployed",
    "SITE_SUBHEADER": _("Staff"),
    "SITE_SYMBOL": "work",
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "umemployed.dashboard.environment",
    "DASHBOARD_CALLBACK": "umemployed.dashboard.work_queue",
    "SIDEBAR": {"show_search": True, "navigation": "umemployed.dashboard.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(98.4% .014 180.7)",
            "100": "oklch(95.3% .051 180.8)",
            "200": "oklch(91% .096 180.4)",
            "300": "oklch(85.5% .138 181.1)",
            "400": "oklch(77.7% .152 181.9)",
            "500": "oklch(70.4% .14 182.5)",
            "600": "oklch(55% .11 184.7)",
            "700": "oklch(47% .09 186.4)",
            "800": "oklch(41% .075 188.2)",
            "900": "oklch(36% .06 188.4)",
            "950": "oklch(27.7% .046 192.5)",
        },
    },
}
