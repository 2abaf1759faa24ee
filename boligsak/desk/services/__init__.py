"""Steps that join the apps: each of them one transaction."""
