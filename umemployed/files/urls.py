"""Routes of files."""

from django.urls import path

from umemployed.api.routers import ApiRouter
from umemployed.files.views import FileViewSet, LocalDownloadView, LocalUploadView

router = ApiRouter()
router.register("files", FileViewSet, basename="file")
urlpatterns = [
    path("files/<uuid:public_id>/content/", LocalUploadView.as_view(), name="file-content"),
    path("files/<uuid:public_id>/download/", LocalDownloadView.as_view(), name="file-download"),
    *router.urls,
]
