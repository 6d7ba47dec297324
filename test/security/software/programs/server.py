"""A web server on a privileged port, and a client of it."""
import http.server
import os
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

os.chdir("/opt/programs")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 80), http.server.SimpleHTTPRequestHandler)
server.RequestHandlerClass.log_message = lambda *_: None
threading.Thread(target=server.serve_forever, daemon=True).start()


def fetch(_):
    with urllib.request.urlopen("http://localhost/server.py", timeout=10) as answer:
        return len(answer.read()) == os.path.getsize("server.py")


with ThreadPoolExecutor(8) as pool:
    print("answers", sum(pool.map(fetch, range(100))))
server.shutdown()
