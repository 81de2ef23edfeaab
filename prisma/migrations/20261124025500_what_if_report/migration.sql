-- Saved what-if reports, frozen as they were answered, and the links by which somebody without an account reads one.
CREATE TABLE what_if_report (
  workspace_id int NOT NULL,
  id uuid NOT NULL,
  -- JSON text, kept to the byte; `digest` is its SHA-256.
  content text NOT NULL,
  digest bytea NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- What was done about it: {"on","host","model","monthly_cost"}; null while nothing was switched.
  switched jsonb,
  PRIMARY KEY (workspace_id, id)
);

CREATE TABLE report_link (
  workspace_id int NOT NULL,
  id uuid NOT NULL,
  report_id uuid NOT NULL,
  -- SHA-256 of the secret in the address; the secret itself is nowhere.
  hash bytea NOT NULL UNIQUE,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, report_id) REFERENCES what_if_report (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX report_link_report ON report_link (workspace_id, report_id);
