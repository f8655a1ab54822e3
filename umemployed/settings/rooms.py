"""What the rooms let a house decide: applications, search, messages."""

from datetime import timedelta

from umemployed import env

# How long after a withdrawal or a rejection one may apply to the same job again.
REAPPLY_COOLDOWN = timedelta(days=env.integer("REAPPLY_COOLDOWN_DAYS", 30))

SEARCH_BACKEND = env.choice("SEARCH_BACKEND", "postgres", ("postgres", "opensearch"))
# A cluster that has an address is fed, whoever answers the searches; credentials may be a part of it.
OPENSEARCH_URL = env.text("OPENSEARCH_URL", None if SEARCH_BACKEND == "opensearch" else "")
OPENSEARCH_INDEX = env.shaped(
    "OPENSEARCH_INDEX", r"[a-z0-9][a-z0-9-]{0,99}", "lower case letters, digits and hyphens", "umemployed-jobs"
)

# How many messages one side may write in a row before the other one answers.
MESSAGES_UNANSWERED = env.integer("MESSAGES_UNANSWERED", 20, minimum=1)
# How long one may delete an own message for everybody.
MESSAGE_DELETE_WINDOW = timedelta(minutes=env.integer("MESSAGE_DELETE_WINDOW_MINUTES", 60, minimum=0))
MESSAGE_REACTIONS = env.integer("MESSAGE_REACTIONS", 20, minimum=1)  # different emoji on one message
