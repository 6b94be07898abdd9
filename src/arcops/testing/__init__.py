"""Fakes and runners for tests, shipped with the package: whoever writes rules or sources needs them too."""
