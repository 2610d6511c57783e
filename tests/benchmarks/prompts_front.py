"""nginx as it stands before newspapers, with the shipped configuration, and a file beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.processes import Programs, answers, free_port, wait_until

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "fragments.nginx.conf"

_WHOLE = """
daemon off; user root; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off; keepalive_requests 1000000; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream masthead {{ server 127.0.0.1:{application}; }}
    upstream newsroom {{ server 127.0.0.1:{newsroom}; }}
    server {{ listen 127.0.0.1:{newsroom}; default_type text/html; root {folder}/pages; }}
    {shipped}
}}
"""


@contextmanager
def front(programs: Programs, folder: Path, *, application: int) -> Iterator[tuple[str, str]]:
    """Start it before the application at a port; yields its address, and that of the newspaper's own files.

    `/article.html` is a page that includes a fragment.
    """
    pages = folder / "pages"
    pages.mkdir()
    (pages / "article.html").write_text(
        '<p>Above.</p><!--# include virtual="/prompts/fragment/in-article/us/'
        '$prompt_country/$prompt_state/" --><p>Below.</p>'
    )
    port, newsroom = free_port(), free_port()
    shipped = SHIPPED.read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    shipped = shipped.replace("/var/cache/nginx/prompts", f"{folder}/cache")
    written = folder / "nginx.conf"
    written.write_text(
        _WHOLE.format(folder=folder, application=application, newsroom=newsroom, shipped=shipped)
    )
    programs.start("nginx", "nginx", "-p", str(folder), "-c", str(written))
    site = f"http://127.0.0.1:{port}"
    wait_until("nginx answers", lambda: answers(f"{site}/article.html"))
    yield site, f"http://127.0.0.1:{newsroom}"
