"""One command per file; ``cli/menu.py`` names them, so that ``arcops --help`` loads none."""
