"""The WSGI application, for whoever runs the web under a server of their own."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kommunpost.site.settings")
application = get_wsgi_application()
