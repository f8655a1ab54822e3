"""Routes of postings."""

from jobs.views import JobViewSet
from umemployed.api.routers import ApiRouter

router = ApiRouter()
router.register("jobs", JobViewSet, basename="job")
urlpatterns = router.urls
