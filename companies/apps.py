from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "companies"

    def ready(self) -> None:
        """Say who has a recruiter's home."""
        from accounts.homes import register_home
        from companies.models import Membership

        register_home("recruiter", lambda user: Membership.objects.filter(user_id=user.pk).exists())
