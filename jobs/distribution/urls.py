"""Routes beside the API: what machines of others fetch."""

from django.urls import path

from jobs.distribution import views

urlpatterns = [
    path("feeds/jobs.rss", views.RssView.as_view(), name="feed-rss"),
    path("feeds/indeed.xml", views.IndeedView.as_view(), name="feed-indeed"),
    path("feeds/linkedin.xml", views.LinkedInView.as_view(), name="feed-linkedin"),
    path("sitemap.xml", views.SitemapIndexView.as_view(), name="sitemap-index"),
    path("sitemaps/jobs-<int:number>.xml", views.SitemapView.as_view(), name="sitemap"),
]
