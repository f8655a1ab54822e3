"""The facts that nobody is told of, and why; a test demands that every other fact has a listener here."""

from __future__ import annotations

UNTOLD: dict[str, str] = {
    "accounts.UserRegistered": "An own act; the verification mail follows from another fact.",
    "applications.NoteWritten": "Who is named in a note is told of that.",
    "applications.DispositionFinished": "Who closed the job watches it there; candidates hear of their decisions.",
    "applications.AssessmentStarted": "An own act.",
    "applications.AssessmentFinished": "An own act; the application shows its mark to the team.",
    "applications.RetakeGranted": "The application offers it among its actions.",
    "companies.CompanyCreated": "An own act.",
    "jobs.JobPublished": "Searches and feeds show it.",
    "jobs.JobEdited": "What it says is read where it is read.",
    "jobs.JobPaused": "Applicants hear of their applications, not of the posting's life.",
    "jobs.JobResumed": "As for a pause.",
    "jobs.JobClosed": "Applicants hear the decision on their application, which closing asks for.",
    "jobs.JobReopened": "As for a pause.",
    "jobs.JobArchived": "As for a pause.",
    "jobs.JobRecalled": "It ends what somebody waited for, and shows in the list of what waits.",
    "jobs.JobScheduled": "An own act; that it was approved is told.",
    "messaging.MessageDeleted": "News of a message have no words of it, and the chat shows what is gone.",
    "messaging.MessageBudgetReached": "Staff see it in the record; the sender was answered.",
    "messaging.ReportFiled": "It is in the staff's queue; the other side must not know.",
    "messaging.ReportResolved": "The outcome may tell of somebody else's account.",
    "notifications.MailsComplainedOf": "Who complains of a mail wants to hear less; the settings show it.",
    "jobs.JobTakenDown": "Staff write to the company; the posting's `taken_down_at` and `actions` say it.",
    "jobs.JobRestored": "As for a take-down.",
    "resumes.ResumePublished": "An own act.",
    "resumes.ResumeUnpublished": "An own act.",
    "resumes.ResumeChanged": "An own act.",
    "resumes.ResumeDeleted": "An own act.",
    "umemployed.ConsentChanged": "An own act.",
}
