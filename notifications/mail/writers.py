"""The writer of each kind of letter."""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext

from accounts.links import link_for
from accounts.models import EmailToken, Session
from accounts.social.providers import title_of
from applications.blind.veil import veil_for
from applications.hiring.rights import team_of
from applications.models import Application, ApplicationEvent
from applications.vocabulary import Progress, Status
from companies.links import link_for as invitation_link
from companies.models import Invitation
from companies.rights import Right
from jobs.anonymity import employer_name
from messaging.models import Message, Participant
from notifications.mail.letters import Draft, Moot, frontend, letter, moment
from notifications.mail.models import Mail
from notifications.models import Notification
from notifications.preferences import SEARCH
from notifications.searches import match_behind, without_stale_matches
from notifications.wording import sentence_of


@letter("email_change")
@letter("email_verification")
@letter("password_reset")
def offer_token(mail: Mail) -> Draft:
    """Carry the link of a verification or a reset, which exists nowhere until now."""
    token = EmailToken.objects.filter(pk=mail.context["token_id"], used_at=None).first()
    if token is None or token.expires_at <= timezone.now():
        raise Moot("The link was used, replaced, or is over.")
    return Draft(link=link_for(token), values={"until": moment(token.expires_at)})


@letter("address_already_known")
def say_that_the_address_is_known(mail: Mail) -> Draft:
    """Answer a sign-up with an address that has an account."""
    return Draft(link=frontend("/login"))


@letter("account_reclaimed")
@letter("email_change_requested")
@letter("email_changed")
@letter("email_confirmed")
@letter("mfa_enabled")
@letter("mfa_disabled")
@letter("mfa_codes_replaced")
@letter("mfa_code_spent")
@letter("password_changed")
def say_that_the_password_changed(mail: Mail) -> Draft:
    """Warn the owner of the account."""
    return Draft(link=frontend("/forgot-password"))


@letter("connection_added")
@letter("connection_removed")
def say_that_a_connection_changed(mail: Mail) -> Draft:
    """Warn of a way into the account that was added or taken away."""
    return Draft(link=frontend("/forgot-password"), values={"provider": title_of(mail.context["provider"])})


@letter("session_ended")
def say_that_a_session_was_ended(mail: Mail) -> Draft:
    """Warn of a refresh token that came back."""
    session = Session.objects.filter(pk=mail.context["session_id"]).first()
    return Draft(link=frontend("/forgot-password"), values={"device": session.device if session else "?"})


@letter("invitation")
def invite(mail: Mail) -> Draft:
    """Carry the link of an invitation."""
    found = Invitation.objects.filter(pk=mail.context["invitation_id"], accepted_at=None, revoked_at=None)
    invitation = found.select_related("company", "invited_by").first()
    if invitation is None or invitation.expires_at <= timezone.now():
        raise Moot("The invitation was accepted, withdrawn, or is over.")
    inviter = invitation.invited_by.display_name() if invitation.invited_by is not None else invitation.company.name
    return Draft(
        link=invitation_link(invitation),
        values={
            "company": invitation.company.name,
            "inviter": inviter,
            "role": invitation.get_role_display(),
            "until": moment(invitation.expires_at),
        },
    )


def standing_application(mail: Mail) -> Application:
    """Return the application that a letter is about; raises Moot when it is gone."""
    application = Application.objects.with_parties().filter(pk=mail.context["application_id"]).first()
    if application is None:
        raise Moot("The application is gone.")
    return application


@letter("application_received")
def announce_an_application(mail: Mail) -> Draft:
    """Tell one of the team who applied, if they still may know."""
    application = standing_application(mail)
    place = {"company_id": application.company_id, "job_id": application.job_id}
    if mail.recipient_id not in team_of(**place, right=Right.VIEW_APPLICATIONS):
        raise Moot("The right to see applications is gone.")
    if application.status == Status.WITHDRAWN:
        raise Moot("The application was withdrawn.")
    return about(application, candidate=veil_for(application).candidate().name)


@letter("application_submitted")
def confirm_an_application(mail: Mail) -> Draft:
    """Give the candidate a receipt."""
    return about(standing_application(mail))


@letter("application_moved")
def tell_where_an_application_stands(mail: Mail) -> Draft:
    """Tell the candidate a new status, unless the team has changed it again meanwhile."""
    application = standing_application(mail)
    told = Progress(ApplicationEvent.objects.get(pk=mail.context["transition_id"]).progress)
    if application.progress() != told:
        raise Moot("A later change replaced it.")
    if told is Progress.NOT_SELECTED:
        return replace(about(application), source="application_not_selected")
    return about(application, status=told.label)


def about(application: Application, **values: object) -> Draft:
    """Return the draft of a letter about an application."""
    names = {"job": application.job.title, "company": employer_name(application.job)}
    return Draft(link=frontend(f"/applications/{application.public_id}"), values=names | values)


@letter("message_received")
def say_who_wrote(mail: Mail) -> Draft:
    """Tell of an unread message, never its words."""
    if mail.recipient is None:
        raise Moot("The reader's account is gone.")
    found = Message.objects.for_user(mail.recipient).select_related(
        "sender", "conversation__application__job", "conversation__company"
    )
    message = found.filter(pk=mail.context["message_id"]).first()
    if message is None or message.is_deleted():
        raise Moot("The message is no longer the reader's to see.")
    read = Participant.objects.filter(conversation=message.conversation, user=mail.recipient)
    if read.filter(last_read_seq__gte=message.seq).exists():
        raise Moot("It was read meanwhile.")
    sender = message.sender.display_name() if message.sender is not None else gettext("Somebody")
    return Draft(
        link=frontend(f"/conversations/{message.conversation.public_id}"),
        values={"sender": sender, "subject": subject_of(message)},
    )


def subject_of(message: Message) -> str:
    """Return what the conversation is about: the posting, or the company whose team it is with."""
    conversation = message.conversation
    return conversation.application.job.title if conversation.application else conversation.company.name


@letter("saved_search_matched")
def say_what_a_search_found(mail: Mail) -> Draft:
    """Name the posting, while it is public and wanted; the link at the foot stops this search alone."""
    news = Notification.objects.filter(pk=mail.context["notification_id"]).unread().first()
    match = match_behind(news) if news is not None else None
    if match is None:
        raise Moot("It was read meanwhile, the posting is gone, or the search tells nothing any more.")
    return Draft(
        link=frontend(f"/jobs/{match.job.public_id}"),
        values={"search": match.search.name, "job": match.job.title, "company": employer_name(match.job)},
        stops=f"{SEARCH}{match.search.public_id}",
    )


@letter("digest")
def sum_up_the_day(mail: Mail) -> Draft:
    """List what is still unread of the news that were put off."""
    found = Notification.objects.filter(pk__in=mail.context["notification_ids"]).readable().unread()
    rows = found.with_actor().order_by("pk")
    lines = [sentence_of(row) for row in without_stale_matches(rows)]
    if not lines:
        raise Moot("Everything was read.")
    return Draft(link=frontend("/notifications"), items=lines)


@letter("application_assigned")
@letter("note_mentions_me")
@letter("offer_accepted")
@letter("offer_approved")
@letter("offer_declined")
@letter("offer_expired")
@letter("offer_over")
@letter("offer_received")
@letter("offer_sent_back")
@letter("offer_to_approve")
@letter("offer_withdrawn")
@letter("application_seen")
@letter("candidate_revealed")
@letter("blind_review_ended")
@letter("pool_consent_asked")
@letter("reply_falls_due")
@letter("retake_granted")
@letter("application_withdrawn")
@letter("invitation_accepted")
@letter("job_team_joined")
@letter("ownership_received")
@letter("posting_approved")
@letter("posting_held_back")
@letter("posting_rejected")
@letter("posting_to_approve")
@letter("team_left")
@letter("team_role_changed")
def say_it_in_one_sentence(mail: Mail) -> Draft:
    """Say what the application says too, if the reader may still know it and has not read it there."""
    found = Notification.objects.filter(pk=mail.context["notification_id"]).readable().with_actor()
    news = found.unread().first()
    if news is None:
        raise Moot("It was read meanwhile, or the right to know is gone.")
    return Draft(link=frontend("/notifications"), values={"sentence": sentence_of(news)}, source="news")
