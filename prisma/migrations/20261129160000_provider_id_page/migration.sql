-- Ids of the provider that imports of more than 25,000 calls told, with their times, sorted and packed in pages: an index over
-- each of them costs such an import a quarter of its processor time, pages a thirtieth. Written once, gone when the import is undone.
CREATE TABLE provider_id_run (
  workspace_id int NOT NULL,
  import_no int NOT NULL,
  -- A page holds the keys that begin with the same so many bits.
  bits int NOT NULL CHECK (bits BETWEEN 6 AND 24),
  -- Of the calls told.
  first_at timestamptz(3) NOT NULL,
  last_at timestamptz(3) NOT NULL,
  PRIMARY KEY (workspace_id, import_no)
);

CREATE TABLE provider_id_page (
  workspace_id int NOT NULL,
  import_no int NOT NULL,
  bucket int NOT NULL,
  -- lib/server/db/id-entry.ts
  entries bytea NOT NULL,
  PRIMARY KEY (workspace_id, import_no, bucket)
);
-- Digests do not get smaller.
ALTER TABLE provider_id_page ALTER COLUMN entries SET STORAGE EXTERNAL;
