"""Routes of offers."""

from django.urls import path

from applications.offers.views import ApplicationOffersViewSet, OfferPolicyView, OfferViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("offers", OfferViewSet, basename="offer")
urlpatterns = [
    path(
        "applications/<uuid:public_id>/offers/",
        ApplicationOffersViewSet.as_view({"get": "list", "post": "create"}),
        name="application-offers",
    ),
    path("companies/<slug:slug>/offer-policy/", OfferPolicyView.as_view(), name="company-offer-policy"),
    *router.urls,
]
