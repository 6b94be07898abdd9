"""kubectl's flags, once: decorators that give a command its flags gathered into one record each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import click

from arcops.cli.command import SectionOption
from arcops.cli.complete import complete_context, complete_namespace
from arcops.cli.params import DURATION, LABELS, OutputForm

WHO = "Who is asked"
TALK = "How much is said"

Handler = Callable[..., None]
Decorator = Callable[[Handler], Handler]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the answers are to come from; empty fields were not given."""

    server: str = ""
    token: str = field(default="", repr=False)
    token_file: str = ""
    certificate_authority: str = ""
    insecure_skip_tls_verify: bool = False
    kubeconfig: str = ""
    context: str = ""
    files: tuple[str, ...] = ()
    request_timeout_s: float | None = None
    server_is_explicit: bool = False
    """--server was typed; ARCOPS_SERVER alone gives way to --context and -f."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which namespace: the one named, all (``-A``), or the context's own."""

    namespace: str = ""
    all_namespaces: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Which of the objects, in which order, with which extra columns."""

    selector: str = ""
    field_selector: str = ""
    sort_by: str = ""
    no_headers: bool = False
    show_labels: bool = False
    label_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """How much is said on stderr."""

    quiet: bool = False
    verbose: int = 0

    def note(self, text: str) -> None:
        """Say something that is not data, unless ``-q``."""
        if not self.quiet:
            click.echo(text, err=True)

    def detail(self, text: str) -> None:
        """Say something only ``-v`` wants to know."""
        if self.verbose:
            click.echo(text, err=True)


def target_options(*, short_file: bool = True) -> Decorator:
    """``--server``, ``--context``, ``-f`` and the rest, as ``target``. Without ``short_file`` ``-f`` is left to the command."""
    file_flags = ("-f", "--filename") if short_file else ("--filename",)
    options = (
        _option(
            WHO, "-s", "--server", metavar="URL", envvar="ARCOPS_SERVER", show_envvar=True, default="", help="An arcops service to ask."
        ),
        _option(WHO, "--token", envvar="ARCOPS_TOKEN", show_envvar=True, default="", metavar="TEXT", help="Bearer token for it."),
        _option(WHO, "--token-file", envvar="ARCOPS_TOKEN_FILE", default="", metavar="FILE", help="A file with that token."),
        _option(
            WHO, "--certificate-authority", envvar="ARCOPS_CA_FILE", default="", metavar="FILE", help="CA that signed its certificate."
        ),
        _option(WHO, "--insecure-skip-tls-verify", is_flag=True, help="Do not check its certificate."),
        _option(WHO, "--kubeconfig", default="", metavar="FILE", help="Ask the cluster of this kubeconfig, without a service."),
        _option(WHO, "--context", default="", shell_complete=complete_context, help="Ask the cluster of this kubeconfig context."),
        _option(
            WHO,
            *file_flags,
            "files",
            multiple=True,
            metavar="FILE",
            type=click.Path(allow_dash=True),
            help="Read manifests or a case file as if it were a cluster; a folder, or - for stdin.",
        ),
        _option(
            WHO, "--request-timeout", "request_timeout_s", type=DURATION, metavar="TIME", help="Give up after this, as 5s; 0 means never."
        ),
    )
    return _gather("target", _target, options)


def _target(**given: Any) -> Target:
    context = click.get_current_context(silent=True)
    explicit = context is not None and context.get_parameter_source("server") is click.core.ParameterSource.COMMANDLINE
    return Target(**given, server_is_explicit=explicit)


def scope_options() -> Decorator:
    """``-n`` and ``-A``, as ``scope``."""
    options = (
        click.option("-n", "--namespace", default="", shell_complete=complete_namespace, help="The namespace; else the context's own."),
        click.option("-A", "--all-namespaces", is_flag=True, help="All namespaces."),
    )
    return _gather("scope", Scope, options)


def listing_options() -> Decorator:
    """``-l``, ``--field-selector``, ``--sort-by`` and how a list is shown, as ``listing``."""
    options = (
        click.option("-l", "--selector", default="", metavar="LABELS", help="Only objects with these labels, as app=web,tier!=db."),
        click.option("--field-selector", default="", metavar="FIELDS", help="Only objects with these fields, as status.phase=Running."),
        click.option("--sort-by", default="", metavar="PATH", help="Sort by a field, as .metadata.creationTimestamp."),
        click.option("--no-headers", is_flag=True, help="Leave the heads of the columns out."),
        click.option("--show-labels", is_flag=True, help="Show all labels as the last column."),
        click.option(
            "-L", "--label-columns", type=LABELS, multiple=True, metavar="LABEL", help="Show this label as a column; may be repeated."
        ),
    )
    return _gather("listing", _listing, options)


def _listing(*, label_columns: Sequence[tuple[str, ...]], **given: Any) -> Listing:
    return Listing(label_columns=tuple(label for group in label_columns for label in group), **given)


def output_option(*forms: str) -> Decorator:
    """``-o`` with these forms, as ``output``."""
    kind = OutputForm(forms)
    return _plain(click.option("-o", "--output", type=kind, default="", metavar="FORM", help=f"One of {kind.described()}; else a table."))


def speech_options() -> Decorator:
    """``-q``, ``-v`` and ``--color``, as ``speech``; the choice of colour goes to click's context."""
    options = (
        _option(TALK, "-q", "--quiet", is_flag=True, help="No notes on stderr, only errors."),
        _option(TALK, "-v", "--verbose", count=True, help="Say on stderr where the answers come from."),
        _option(
            TALK,
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colour; auto minds NO_COLOR and TERM=dumb.",
        ),
    )
    return _gather("speech", _speech, options)


def _speech(*, quiet: bool, verbose: int, color: str) -> Speech:
    context = click.get_current_context(silent=True)
    if context is not None:
        context.color = context.find_root().color = {"always": True, "never": False}.get(color)
    return Speech(quiet=quiet, verbose=verbose)


def exit_zero_option() -> Decorator:
    """``--exit-zero``, as ``exit_zero``."""
    return _plain(click.option("--exit-zero", is_flag=True, help="End with 0 even when problems were found."))


def _option(section: str, *flags: str, **given: Any) -> Callable[[Any], Any]:
    return click.option(*flags, cls=SectionOption, section=section, **given)


def _plain(option: Callable[[Any], Any]) -> Decorator:
    def decorate(function: Handler) -> Handler:
        decorated: Handler = option(function)
        return decorated

    return decorate


def _gather(into: str, make: Callable[..., object], options: Sequence[Callable[[Any], Any]]) -> Decorator:
    """Options whose values reach the function as one argument ``into``, made by ``make`` from their names."""

    def decorate(function: Handler) -> Handler:
        names: list[str] = []

        @functools.wraps(function)
        def wrapper(*args: Any, **values: Any) -> None:
            taken = {name: values.pop(name) for name in names}
            function(*args, **{into: make(**taken)}, **values)

        decorated: Any = wrapper
        before = len(getattr(decorated, "__click_params__", ()))
        for option in reversed(options):
            decorated = option(decorated)
        names.extend(parameter.name for parameter in decorated.__click_params__[before:])
        handler: Handler = decorated
        return handler

    return decorate
