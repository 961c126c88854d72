"""`datong serve`: the pages and the interfaces of a project."""

import logging
import socket
from pathlib import Path
from typing import Any

import click
import uvicorn

from datong.core.language import spoken
from datong.core.reason import Trouble
from datong.core.say import Say
from datong.run.settings import read_settings
from datong.serve.cli import said
from datong.serve.reasons import PORT
from datong.serve.web.app import make_app
from datong.serve.web.state import Options

LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command(
    help=said(
        "Serve the pages of PROJECT to a browser.", "为浏览器提供 PROJECT 项目的页面。"
    )
)
@click.argument("project", type=click.Path(path_type=Path), default=Path())
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@click.option(
    "--database",
    default="",
    envvar="DATONG_DATABASE",
    help=said(
        "A database URL (PostgreSQL) instead of SQLite in the project.",
        "数据库地址（PostgreSQL），默认使用项目内的 SQLite。",
    ),
)
@click.option("--certificate", type=click.Path(exists=True, path_type=Path))
@click.option("--key", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--behind-proxy",
    is_flag=True,
    help=said(
        "A proxy on this machine speaks TLS and says who asks.",
        "由本机代理提供 TLS 并转告来访地址。",
    ),
)
@click.option(
    "--anchor",
    type=click.Path(path_type=Path),
    help=said(
        "A file elsewhere that keeps the heads of the audit.",
        "在他处保存审计锚点的文件。",
    ),
)
def command(project: Path, host: str, port: int, **more: Any) -> None:
    """Start the server and say where it is."""
    certificate, key = more["certificate"], more["key"]
    if host not in LOOPBACK and not (certificate and key) and not more["behind_proxy"]:
        raise click.UsageError(
            said(
                "Other machines are served with TLS only: give --certificate and --key,"
                " or --behind-proxy.",
                "对外提供服务必须使用 TLS：请给出 --certificate 与 --key，"
                "或使用 --behind-proxy。",
            )
        )
    read_settings(project)  # a wrong folder is told, and nothing is made in it
    _free(host, port)
    options = Options(project, more["database"], anchor=more["anchor"])
    app = make_app(options)
    scheme = "https" if certificate else "http"
    _greet(f"{scheme}://{host}:{port}", app.state.datong.setup_token)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    uvicorn.run(
        app,
        host=host,
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        proxy_headers=bool(more["behind_proxy"]),
        access_log=False,  # an address may hold a person's key
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=20,  # those who ask are answered, then it ends
    )


def _free(host: str, port: int) -> None:
    """Refuse a door that is not ours to open, before anything is promised."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind((host, port))
        except OSError as error:
            raise Trouble(PORT, where=f"{host}:{port}", said=error.strerror) from error


def _greet(address: str, token: str) -> None:
    """Say where the pages are, and how to make the first account."""
    place = f"{address}/setup?token={token}" if token else f"{address}/"
    first = Say("Make the first account at", "请在此创建第一个账号：")
    again = Say("datong is at", "打通已启动：")
    click.echo(f"{(first if token else again).in_(spoken())} {place}")
