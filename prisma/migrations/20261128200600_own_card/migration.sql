-- Models and accelerators that a workspace described itself, for its what-ifs.
CREATE TABLE own_card (
  workspace_id int NOT NULL,
  id int GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL CHECK (kind IN ('model', 'gpu')),
  name text NOT NULL CHECK (name <> ''),
  -- The architecture or hardware object as the API takes it.
  card jsonb NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);
-- A name means one card, however it is written.
CREATE UNIQUE INDEX own_card_name ON own_card (workspace_id, kind, lower(name));
