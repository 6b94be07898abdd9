"""The commands by name: where each lives and what it is for, so that help needs none of their files.

A test holds the sentences here equal to those of the commands.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command of the menu. Its module is ``arcops.cli.commands.<name>``, and so is the command in it called."""

    section: str
    name: str
    short_help: str


SERVICE = "Run the service"
QUESTIONS = "Ask the cluster"
RULES = "Know the rules"
TERMINAL = "The terminal itself"

MENU: tuple[Entry, ...] = (
    Entry(SERVICE, "serve", "Watch a cluster, remember it and answer over HTTP."),
    Entry(SERVICE, "record", "Look after the record: figures, check, backup, export, import."),
    Entry(SERVICE, "model", "Look after the language model that words answers: status, list, load, unload, download, cancel."),
    Entry(SERVICE, "check", "Tell what arcops can reach and read, and what to do about the rest."),
    Entry(QUESTIONS, "status", "Sum up the cluster: what is not well comes first."),
    Entry(QUESTIONS, "ask", "Answer a question in plain words: by rule at once, then in a model's words where there is one."),
    Entry(QUESTIONS, "chat", "Talk about the cluster: questions in plain words, with follow-ups."),
    Entry(QUESTIONS, "diagnose", "Say what is wrong, why, and since when, with the evidence."),
    Entry(QUESTIONS, "incidents", "List incidents: one fault each, with everything that follows from it."),
    Entry(QUESTIONS, "why", "Tell what is the matter with one object, from the root of its trouble."),
    Entry(QUESTIONS, "suppress", "Live with a finding: list such decisions, make one, take one back."),
    Entry(QUESTIONS, "get", "List objects of any kind, as kubectl does."),
    Entry(QUESTIONS, "events", "List what happened, oldest first, as kubectl events does."),
    Entry(QUESTIONS, "logs", "Print the log lines of a pod's containers."),
    Entry(QUESTIONS, "changes", "List what changed and who did it: what somebody set comes first."),
    Entry(QUESTIONS, "diff", "Tell how two moments differ: of an object, a namespace or the cluster."),
    Entry(QUESTIONS, "timeline", "Draw the life of an object, or of a workload with its parts and pods."),
    Entry(QUESTIONS, "history", "List the remembered versions of one object: when, who, what changed."),
    Entry(RULES, "explain", "Explain what a finding means, how it is found, and what to do."),
    Entry(RULES, "test", "Run case files and say whether each gets the answer it expects."),
    Entry(RULES, "eval", "Measure the rules on case files whose right answers are known."),
    Entry(TERMINAL, "version", "Print the version of arcops here and of the server."),
    Entry(TERMINAL, "completion", "Print the script that makes a shell complete arcops commands."),
)
