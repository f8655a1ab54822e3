from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    name = "companies"

    def ready(self) -> None:
        """Say who has a recruiter's home, and publish the enumerations."""
        from accounts.homes import register_home
        from companies.blocks.acquaintances import register_acquaintance
        from companies.models import Company, Invitation, Membership, Role
        from umemployed.api.dictionaries import register_dictionary

        register_dictionary("company_role", Role)
        register_dictionary("company_size", Company.Size)

        register_home("recruiter", lambda user: Membership.objects.filter(user_id=user.pk).exists())
        register_acquaintance(
            "colleagues",
            lambda user, person: Membership.objects.for_user(user).filter(user_id=person.pk).exists(),
        )
        register_acquaintance(
            "inviters",
            lambda user, person: Invitation.objects.filter(email=user.email, invited_by_id=person.pk).exists(),
        )
