-- What a database needs before the migrations run: two roles' worth of rights and three extensions.
-- Run in the database itself, by its owner or a superuser, once. Safe to run again.
-- The embedded engines, the tests and docker-compose.yml all use this very file.
--
-- boligsak_owner owns the database and runs the migrations.
-- boligsak_app is what the program logs in as: it reads and writes rows and owns nothing, so it
-- can neither drop a trigger nor empty a table.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
GRANT USAGE ON SCHEMA public TO boligsak_app;
ALTER DEFAULT PRIVILEGES FOR ROLE boligsak_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO boligsak_app;
ALTER DEFAULT PRIVILEGES FOR ROLE boligsak_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO boligsak_app;
-- A table that has just been filled is read badly until its statistics are gathered. From version
-- 17 on that can be allowed without owning the table; before it the first autovacuum does it.
DO $$
BEGIN
    IF current_setting('server_version_num')::integer >= 170000 THEN
        ALTER DEFAULT PRIVILEGES FOR ROLE boligsak_owner IN SCHEMA public
            GRANT MAINTAIN ON TABLES TO boligsak_app;
    END IF;
END $$;
