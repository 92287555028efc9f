"""`pyhanko sign addsig … honnin IN OUT`: the subcommand by which pyHanko's command signs with a My Number Card.

pyHanko finds it by the entry point of the package (pip install pyhanko-cli).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import click
from pyhanko.cli.plugin_api import CLIContext, SigningCommandPlugin, prompt_for_password
from pyhanko.sign import Signer

import honnin
from honnin.pyhanko import HonninSigner

__all__ = ["HonninPlugin"]


class HonninPlugin(SigningCommandPlugin):
    """The subcommand. The PIN is asked for at the terminal, or taken of a variable; it is sent once."""

    subcommand_name = "honnin"
    help_summary = "sign with a My Number Card (マイナンバーカード)"

    def click_options(self) -> list[click.Option]:
        """What the subcommand takes."""
        return [
            click.Option(("--reader",), help="the reader; without it, the one with a card", metavar="NAME"),
            click.Option(("--virtual",), is_flag=True, help="a virtual card instead of a real one"),
            click.Option(
                ("--key",),
                type=click.Choice(("signing", "authentication")),
                default="signing",
                show_default=True,
                help="the key, and with it the PIN",
            ),
            click.Option(("--pin-env",), help="the environment variable that holds the PIN", metavar="VARIABLE"),
            click.Option(("--timeout",), type=float, default=30.0, show_default=True, help="seconds to wait for a card"),
        ]

    def create_signer(self, context: CLIContext, **kwargs: Any) -> AbstractContextManager[Signer]:
        """A signer on the card, which is left and closed afterwards."""
        return _signer(**kwargs)


@contextmanager
def _signer(reader: str | None, virtual: bool, key: str, pin_env: str | None, timeout: float) -> Iterator[Signer]:
    if virtual and reader:
        raise click.UsageError("--virtual and --reader exclude each other")
    kind = honnin.PinKind.SIGNING if key == "signing" else honnin.PinKind.AUTHENTICATION
    try:
        with honnin.open_card(honnin.VirtualCard() if virtual else reader, timeout) as card:
            with _pin(card, kind, pin_env) as pin:
                # Folded as at any prompt; what a program gives is taken as it is.
                card.verify_pin(kind, pin, fold=pin_env is None)
            yield HonninSigner(card, key)
    except honnin.errors.HonninError as error:
        lang = "ja" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("ja") else "en"
        raise click.ClickException(f"{error.code.name}: {error.message('cardholder', lang)}") from error


def _pin(card: honnin.Card, kind: honnin.PinKind, variable: str | None) -> honnin.Pin:
    if variable is not None:
        value = os.environ.get(variable)
        if value is None:
            raise click.UsageError(f"the environment variable {variable} is not set")
        return honnin.Pin(value)
    # Known before anything is typed, and so is a locked card.
    tries = card.pin_tries(kind)
    if not sys.stdin.isatty():
        raise honnin.errors.PinRequired("there is no terminal to ask at; use --pin-env", pin=kind)
    left = "" if tries is None else f" (tries left: {tries})"
    return honnin.Pin(prompt_for_password(f"{honnin.pin_label(kind, 'ja')}{left}: "))
