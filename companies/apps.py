from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "companies"

    def ready(self) -> None:
        """Say who has a recruiter's home, and publish the enumerations."""
        from accounts.homes import register_home
        from companies.models import Company, Membership, Role
        from umemployed.api.dictionaries import register_dictionary

        register_dictionary("company_role", Role)
        register_dictionary("company_size", Company.Size)

        register_home("recruiter", lambda user: Membership.objects.filter(user_id=user.pk).exists())
