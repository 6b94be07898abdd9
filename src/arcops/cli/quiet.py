"""Keeps the log lines of the floors below off the terminal: there they are noise, unless ``-v`` or ``-vv`` asks for them."""

from __future__ import annotations

import logging
import sys

import structlog

from arcops.cli.options import Speech


def keep_quiet(speech: Speech) -> None:
    """Send log lines to stderr: none, warnings with ``-v``, facts with ``-vv``."""
    level = {0: logging.CRITICAL, 1: logging.WARNING}.get(speech.verbose, logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level), logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    logging.getLogger().setLevel(max(level, logging.WARNING))
