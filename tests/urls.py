from django.contrib import admin
from django.urls import include, path

# Django's list of all models beside each page takes longer to render than the page does.
admin.site.enable_nav_sidebar = False

urlpatterns = [path("admin/", admin.site.urls), path("stripe/", include("pinax.stripe.urls"))]
