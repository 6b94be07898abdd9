"""`python -m lab`: a real Kubernetes cluster on this machine, without Docker."""

import argparse
import sys

from lab import session
from lab.build import cache, programs
from lab.errors import LabError


def main() -> int:
    """Run one command; 0 if it worked, 1 with two lines on stderr if not."""
    options = _parser().parse_args()
    try:
        return _run(options)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    match options.command:
        case "build":
            programs(metrics=True)
            print(cache())
        case "up" if options.detach:
            session.up_detached(options.nodes, empty=options.empty, metrics=not options.no_metrics)
        case "up":
            session.up(options.nodes, empty=options.empty, metrics=not options.no_metrics)
        case "down":
            session.down()
        case "status":
            return 0 if session.status() else 1
        case "kubectl":
            session.run_kubectl(options.arguments)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("build", help="build the programs (minutes the first time), print where they are")
    up = commands.add_parser("up", help="start a cluster with a small shop in it, print KUBECONFIG=")
    up.add_argument("--nodes", type=int, default=3, metavar="N", help="how many nodes (3)")
    up.add_argument("--empty", action="store_true", help="without the shop")
    up.add_argument("--no-metrics", action="store_true", help="without metrics-server")
    up.add_argument("--detach", action="store_true", help="return when it is up, leave it running")
    commands.add_parser("down", help="stop it and remove its files")
    commands.add_parser("status", help="what runs; exit status 1 if nothing does")
    kubectl = commands.add_parser("kubectl", help="kubectl on the running cluster", add_help=False, prefix_chars="\0")
    kubectl.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


if __name__ == "__main__":
    sys.exit(main())
