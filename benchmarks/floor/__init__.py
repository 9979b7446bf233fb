"""The least that a Django project can do with a delivery."""
