"""The WSGI application that granian or gunicorn serves: the short cuts, then Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_django = get_wsgi_application()

from config.edge import mount  # noqa: E402  it imports models, for which Django is set up above

application = mount(_django)
