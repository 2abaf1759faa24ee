"""Boligsak: rent follow-up for municipal housing."""

from boligsak.celery import app as celery_app

__all__ = ["celery_app"]
