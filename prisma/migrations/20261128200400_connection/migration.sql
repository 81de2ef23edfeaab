-- Connections that fetch usage or billed cost from a provider's own API, and what became of each of their days.
CREATE TABLE connection (
  workspace_id int NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL CHECK (name <> ''),
  kind text NOT NULL CHECK (kind IN ('openai-usage', 'openai-costs', 'anthropic-usage', 'anthropic-cost', 'openrouter-activity')),
  base_url text NOT NULL,
  -- The key, encrypted for this row; empty once the connection is removed.
  sealed bytea NOT NULL,
  last4 text NOT NULL,
  -- First day that is fetched, UTC.
  from_day date NOT NULL,
  every_hours int NOT NULL CHECK (every_hours BETWEEN 1 AND 24),
  -- Every day before it is complete. Moved only by the transaction that commits the import of a window.
  cursor date NOT NULL,
  next_at timestamptz(3) NOT NULL DEFAULT now(),
  -- When somebody asked to pull now.
  asked_at timestamptz(3),
  last_good_at timestamptz(3),
  failing_since timestamptz(3),
  -- Tries in a row that failed.
  failures int NOT NULL DEFAULT 0,
  -- {code, status, message, remedy}
  problem jsonb,
  paused_at timestamptz(3),
  -- Who fetches, by the database's clock; whatever it writes compares the fencing number.
  lease_owner text,
  lease_until timestamptz(3),
  fence int NOT NULL DEFAULT 0,
  -- The import that holds the window fetched last, until it is committed, and what it will make of the days:
  -- {fetched_at, days: [{day, digest, changed, whole}]}
  import_id uuid,
  waiting jsonb CHECK ((waiting IS NULL) = (import_id IS NULL)),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  removed_at timestamptz(3),
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX connection_due ON connection (next_at) WHERE removed_at IS NULL AND paused_at IS NULL;
CREATE INDEX connection_import ON connection (import_id) WHERE import_id IS NOT NULL;

-- Days that were tried. A day without a row has not been tried yet.
CREATE TABLE connection_day (
  workspace_id int NOT NULL,
  connection_id uuid NOT NULL,
  day date NOT NULL,
  status text NOT NULL CHECK (status IN ('complete', 'pending', 'failed')),
  -- When the fetch began whose answer is in the books; null when there is none.
  pulled_at timestamptz(3),
  -- SHA-256 of what the provider told of the day, to import it again only when it changed.
  digest bytea,
  -- The import that told the day last; null when the provider told of no usage.
  import_id uuid,
  -- Why the last try failed.
  problem jsonb,
  PRIMARY KEY (workspace_id, connection_id, day),
  CHECK (status <> 'complete' OR pulled_at IS NOT NULL)
);
CREATE INDEX connection_day_import ON connection_day (import_id) WHERE import_id IS NOT NULL;

ALTER TABLE import DROP CONSTRAINT import_source_check;
ALTER TABLE import ADD CONSTRAINT import_source_check CHECK (source IN ('upload', 'api', 'cli', 'sample', 'pull'));
