"""Notices: made, sent with proof, answered, and taken back."""
