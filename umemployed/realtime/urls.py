"""REST routes beside the sockets."""

from django.urls import path

from umemployed.realtime.views import BootstrapView, TicketView

urlpatterns = [
    path("realtime/tickets/", TicketView.as_view(), name="realtime-tickets"),
    path("realtime/bootstrap/", BootstrapView.as_view(), name="realtime-bootstrap"),
]
