"""Real-time sessions by `amazon-chime-sdk-js`, which connects by wss: alone.

usage: sessions.py COMMAND...
"""

import os
import subprocess
import sys
import tempfile

from service import APP_INSTANCE, Service

with tempfile.TemporaryDirectory() as home:
    os.environ["XDG_DATA_HOME"] = home
    with Service(options=["--tls"]) as service:
        certificate = os.path.join(home, "ca.pem")
        printed = subprocess.run(
            [os.environ["CHIME"], "local", "--print-ca"], capture_output=True, text=True, check=True
        )
        with open(certificate, "w", encoding="utf-8") as file:
            file.write(printed.stdout)
        variables = {key: service.https_url if "URL" in key else value for key, value in service.variables.items()}
        environment = {"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": certificate, **variables}
        played = subprocess.run([*sys.argv[1:], APP_INSTANCE], env=environment, timeout=120)
        sys.exit(played.returncode)
