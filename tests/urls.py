from django.contrib import admin
from django.urls import include, path


def list_of_one_app(request, app_label=None, list_of_apps=admin.site.get_app_list):
    """Return the apps of an index page that names one; nothing is made of all apps for the side of other pages."""
    return list_of_apps(request, app_label) if app_label else []


# Django's list of all models beside each page takes longer to render than the page does.
admin.site.enable_nav_sidebar = False
admin.site.get_app_list = list_of_one_app

urlpatterns = [path("admin/", admin.site.urls), path("stripe/", include("pinax.stripe.urls"))]
