"""Routes of talent pools."""

from typing import Any

from django.urls import path

from applications.pools.views import PoolEntryViewSet, PoolQuestionViewSet, TalentPoolViewSet

POOLS = "companies/<slug:slug>/pools"
EDITS: dict[str, Any] = {"patch": "partial_update", "delete": "destroy"}
LIST: dict[str, Any] = {"get": "list", "post": "create"}
urlpatterns = [
    path(f"{POOLS}/", TalentPoolViewSet.as_view(LIST), name="talent-pools"),
    path(f"{POOLS}/<uuid:pool_id>/", TalentPoolViewSet.as_view(EDITS), name="talent-pool"),
    path(f"{POOLS}/<uuid:pool_id>/members/", PoolEntryViewSet.as_view(LIST), name="pool-entries"),
    path(f"{POOLS}/<uuid:pool_id>/members/<uuid:entry_id>/", PoolEntryViewSet.as_view(EDITS), name="pool-entry"),
    path("applications/pools/", PoolQuestionViewSet.as_view({"get": "list"}), name="pool-questions"),
    path(
        "applications/pools/<uuid:public_id>/accept/",
        PoolQuestionViewSet.as_view({"post": "accept"}),
        name="pool-accept",
    ),
    path(
        "applications/pools/<uuid:public_id>/refuse/",
        PoolQuestionViewSet.as_view({"post": "refuse"}),
        name="pool-refuse",
    ),
]
