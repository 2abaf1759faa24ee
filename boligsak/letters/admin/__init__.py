"""Registers and links of this app in the administration."""

from boligsak.letters.admin import templates

__all__ = ["templates"]
