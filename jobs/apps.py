from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        """Publish the enumerations, register what imports need, and open the boards to pages of any origin."""
        from corsheaders.signals import check_request_enabled

        from jobs import handlers  # noqa: F401 - registers the listeners
        from jobs.alerts import handlers as alerts  # noqa: F401 - registers the listeners
        from jobs.alerts.models import Frequency
        from jobs.distribution.cors import is_open_to_any_origin
        from jobs.importing import events as imports  # noqa: F401 - declares its facts before anybody asks for all
        from jobs.importing import files, frames  # noqa: F401 - registers the purpose, declares the frames
        from jobs.importing import vocabulary as importing
        from jobs.matching import vocabulary as matching
        from jobs.models import Category, vocabulary
        from jobs.moderation.vocabulary import ReportReason
        from umemployed.api.dictionaries import register_dictionary

        register_dictionary("job_status", vocabulary.Status)
        register_dictionary("employment_type", vocabulary.EmploymentType)
        register_dictionary("experience_level", vocabulary.ExperienceLevel)
        register_dictionary("work_mode", vocabulary.WorkMode)
        register_dictionary("saved_search_frequency", Frequency)
        register_dictionary("salary_period", vocabulary.SalaryPeriod)
        register_dictionary("salary_basis", vocabulary.SalaryBasis)
        register_dictionary("skill_importance", vocabulary.Importance)
        register_dictionary("question_type", vocabulary.QuestionType)
        register_dictionary("job_report_reason", ReportReason)
        register_dictionary("posting_objection", vocabulary.Objection)
        register_dictionary("match_component", matching.Component)
        register_dictionary("match_unknown", matching.Unknown)
        register_dictionary("match_barrier", matching.Barrier)
        register_dictionary("match_step", matching.Step)
        register_dictionary("import_source", importing.SourceKind)
        register_dictionary("import_status", importing.ImportStatus)
        register_dictionary("import_problem", importing.ImportProblem)
        register_dictionary("import_outcome", importing.RowOutcome)
        register_dictionary("import_cause", importing.RowCause)
        register_dictionary("job_category", Category.terms)
        check_request_enabled.connect(is_open_to_any_origin, dispatch_uid="jobs.boards")
