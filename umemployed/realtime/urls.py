"""REST routes beside the sockets, and the page about them."""

from django.urls import path

from umemployed.realtime import pages
from umemployed.realtime.views import BootstrapView, TicketView

urlpatterns = [
    path("realtime/tickets/", TicketView.as_view(), name="realtime-tickets"),
    path("realtime/bootstrap/", BootstrapView.as_view(), name="realtime-bootstrap"),
]
page_patterns = [
    path("", pages.protocol_page, name="realtime"),
    path("asyncapi.yaml", pages.asyncapi_document, name="asyncapi"),
]
