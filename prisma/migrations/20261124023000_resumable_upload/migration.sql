-- An upload in parts outlives connections and processes: nobody holds it between two parts.
ALTER TABLE import ADD COLUMN is_resumable boolean NOT NULL DEFAULT false;
-- What the client said at the beginning that the whole file hashes to.
ALTER TABLE import ADD COLUMN declared_sha256 bytea;
