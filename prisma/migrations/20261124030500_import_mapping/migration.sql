-- How a person said that the columns of a file no dialect knows are to be read. A header has one mapping.
CREATE TABLE import_mapping (
  workspace_id int NOT NULL REFERENCES workspace (id),
  id uuid NOT NULL,
  name text NOT NULL,
  -- SHA-256 of kind and header: the same header, the same mapping.
  fingerprint bytea NOT NULL,
  spec jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, fingerprint)
);
