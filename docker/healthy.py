"""Exit status 0 when the web server in this container says that everything is up."""

import os
import sys
import urllib.error
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
try:
    with urllib.request.urlopen(request, timeout=8) as response:  # noqa: S310 - our own address
        sys.exit(response.status != 200)
except urllib.error.URLError as error:
    sys.exit(str(error))
