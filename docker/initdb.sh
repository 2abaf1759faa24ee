#!/bin/sh
# Run once by the PostgreSQL image when its data folder is new: the two roles and the database.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" <<'SQL'
CREATE ROLE boligsak_owner LOGIN PASSWORD :'owner';
CREATE ROLE boligsak_app LOGIN PASSWORD :'app';
CREATE DATABASE boligsak OWNER boligsak_owner ENCODING 'UTF8' TEMPLATE template0
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C.UTF-8';
SQL
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d boligsak -f /docker-entrypoint-initdb.d/prepare.sql.in
