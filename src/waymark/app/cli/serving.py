"""Commands that open a door for others: serve, mcp, completion."""

import os

import click

from waymark.app.cli.door import Door, library_option, pass_door


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, metavar="N", help="0 takes a free one."
)
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="A host name that the pages answer to; may be repeated."
)
@click.option(
    "--librarian", is_flag=True, help="Also serve the librarian's pages, to the people of `waymark librarian add`."
)
@library_option
@pass_door
def serve(door: Door, host: str, port: int, names: tuple[str, ...], librarian: bool) -> None:
    """Serve the pages and the API. Vectors that are missing are made in the background meanwhile."""
    from waymark.app.web.serve import serve as run

    if librarian:
        os.environ["WAYMARK_LIBRARIAN"] = "1"  # for the further processes as well
    with door.service() as service:
        run(service, host, port, lambda words: click.echo(words), door.note, names)


@click.command()
@library_option
@pass_door
def mcp(door: Door) -> None:
    """Serve the library over the Model Context Protocol.

    For another program, which starts this command and speaks with it over standard input and output.
    """
    from waymark.app.mcp import serve_stdio

    serve_stdio(door.settings, door.note)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print what makes the Tab key complete commands.

    \b
    eval "$(waymark completion bash)"     in ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    assert completer is not None
    click.echo(completer(click.get_current_context().find_root().command, {}, "waymark", "_WAYMARK_COMPLETE").source())
