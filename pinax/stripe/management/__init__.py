"""What ``manage.py`` can be told to do, and how it shows that it is getting on."""
