-- What is counted of the counters of model servers: spans of time between two readings, with what the counters showed at both
-- ends, so that readings of later files go on from there and time that is counted counts once. One row an import, server and
-- span; a reading by itself is a span of no length. Rows go with their import when it is undone.
CREATE TABLE counter_run (
  workspace_id int NOT NULL,
  -- SHA-256 of host, model and the server's labels, length-prefixed.
  server_key bytea NOT NULL,
  import_no int NOT NULL,
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL CHECK (to_at >= from_at),
  -- {"started": text or null, "counts": {"prompt": "digits", …}}
  from_reading jsonb NOT NULL,
  to_reading jsonb NOT NULL,
  -- Milliseconds since 1970 of the readings that were compared, both ends included.
  times bigint[] NOT NULL,
  PRIMARY KEY (workspace_id, server_key, from_at, import_no)
);
CREATE INDEX counter_run_end ON counter_run (workspace_id, server_key, to_at);
CREATE INDEX counter_run_import ON counter_run (workspace_id, import_no);
