from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "applications"

    def ready(self) -> None:
        """Register attachments, the seeker's home and what applicants go on reading; publish the enumerations."""
        from django.db.models import Q

        from accounts.homes import register_home
        from applications import attachments, handlers  # noqa: F401
        from applications.assessments import tasks as assessment_tasks  # noqa: F401
        from applications.board import frames  # noqa: F401
        from applications.board import handlers as board_handlers  # noqa: F401
        from applications.decisions import closing  # noqa: F401 - asks before a job is closed
        from applications.duplicates import handlers as duplicate_handlers  # noqa: F401
        from applications.equality import tasks as equality_tasks  # noqa: F401
        from applications.models import Application
        from applications.offers import handlers as offer_handlers  # noqa: F401
        from applications.offers import tasks as offer_tasks  # noqa: F401
        from applications.referrals import handlers as referral_handlers  # noqa: F401
        from jobs.matching.exclusions import not_recommended
        from jobs.visibility import also_readable_by

        also_readable_by("applicants", lambda user: Q(pk__in=Application.objects.of_candidate(user).values("job")))
        not_recommended("applied", lambda user: Q(pk__in=Application.objects.of_candidate(user).values("job")))
        register_home("seeker", lambda user: Application.objects.of_candidate(user).exists())
        self.publish_enumerations()

    def publish_enumerations(self) -> None:
        """Name every enumeration of this room in the dictionaries."""
        from applications import vocabulary
        from applications.assessments import vocabulary as assessments
        from applications.decisions.vocabulary import Act, DispositionStatus, ItemStatus
        from applications.duplicates.models import KeyKind
        from applications.hiring.vocabulary import JobRole
        from applications.offers import vocabulary as offers
        from applications.pools.models import Consent
        from umemployed.api.dictionaries import register_dictionary

        register_dictionary("application_status", vocabulary.Status)
        register_dictionary("application_progress", vocabulary.Progress)
        register_dictionary("application_event", vocabulary.EventKind)
        register_dictionary("disposition_act", Act)
        register_dictionary("disposition_item_status", ItemStatus)
        register_dictionary("disposition_status", DispositionStatus)
        register_dictionary("assessment_question_kind", assessments.QuestionKind)
        register_dictionary("attempt_status", assessments.AttemptStatus)
        register_dictionary("job_role", JobRole)
        register_dictionary("likeness", KeyKind)
        register_dictionary("pool_consent", Consent)
        register_dictionary("offer_decline_reason", offers.DeclineReason)
        register_dictionary("offer_event", offers.OfferEventKind)
        register_dictionary("offer_state", offers.OfferView)
        register_dictionary("offer_status", offers.OfferStatus)
        register_dictionary("rejection_reason", vocabulary.RejectionReason)
        register_dictionary("stage_kind", vocabulary.StageKind)
        register_dictionary("stage_phase", vocabulary.Phase)
