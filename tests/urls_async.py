from django.contrib import admin
from django.urls import include, path

admin.site.enable_nav_sidebar = False

urlpatterns = [path("admin/", admin.site.urls), path("stripe/", include("pinax.stripe.urls_async"))]
