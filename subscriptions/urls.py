"""Routes of plans and subscriptions."""

from django.urls import include, path

from subscriptions.views import PlanViewSet, SubscriptionView, UsageView
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("plans", PlanViewSet, basename="plan")

urlpatterns = [
    path("subscription/", SubscriptionView.as_view(), name="subscription"),
    path("subscription/usage/", UsageView.as_view(), name="subscription-usage"),
    path("", include(router.urls)),
]
