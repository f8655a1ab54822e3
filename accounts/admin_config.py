from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django's admin with our own site, whose door asks for the second step."""

    default_site = "accounts.site.StaffSite"
