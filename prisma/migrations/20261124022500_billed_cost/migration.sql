-- What providers billed: the second layer beside usage_record, never added to it. One row a line of an export. Names are text
-- here: a month has thousands of lines where usage has millions, and no rollup is made of them.
CREATE TABLE billed_cost (
  workspace_id int NOT NULL,
  -- Grows with every line written: the order of the versions of one line.
  id bigint GENERATED ALWAYS AS IDENTITY,
  import_no int NOT NULL,
  -- The import whose newer statement replaced this line; null while it counts. Undoing that import brings it back.
  replaced_by int,
  -- 1-based line of the file.
  source_line bigint NOT NULL,
  -- Half-open period of the line, UTC.
  ts timestamptz(3) NOT NULL,
  end_at timestamptz(3) NOT NULL,
  -- 128 bits of SHA-256 over the length-prefixed issuer, account, form and dimensions.
  dedup_key uuid NOT NULL,
  -- Place among lines of the same key in one file, from 1: two equal lines of a bill are two.
  ordinal int NOT NULL,
  -- Who issues the statement, of which account ('' when the export names none), told in which form and grouping.
  issuer text NOT NULL,
  account text NOT NULL,
  grouping text NOT NULL,
  -- The export holds every line of the days it covers.
  is_whole boolean NOT NULL,
  host text NOT NULL,
  service text,
  -- False for lines of a cloud's invoice that have nothing to do with models.
  is_model_service boolean NOT NULL,
  line text NOT NULL,
  model text,
  meter text,
  category text NOT NULL CHECK (category IN ('usage', 'tax', 'credit', 'refund', 'purchase', 'adjustment')),
  project text,
  api_key text,
  user_name text,
  region text,
  service_tier text,
  quantity numeric(80,60),
  unit text,
  -- In `currency`, exact: providers write up to 40 decimal places.
  amount numeric(80,60) NOT NULL CHECK (amount <> 'NaN'),
  currency text NOT NULL,
  -- Half a unit of the last place to which the provider rounded; null when it did not.
  rounding numeric(38,18),
  PRIMARY KEY (workspace_id, id),
  CHECK (end_at > ts)
);
-- A line counts once.
CREATE UNIQUE INDEX billed_cost_line ON billed_cost (workspace_id, ts, dedup_key, ordinal) WHERE replaced_by IS NULL;
CREATE INDEX billed_cost_key ON billed_cost (workspace_id, ts, dedup_key, ordinal);
CREATE INDEX billed_cost_import ON billed_cost (workspace_id, import_no);
CREATE INDEX billed_cost_replaced ON billed_cost (workspace_id, replaced_by) WHERE replaced_by IS NOT NULL;
CREATE INDEX billed_cost_statement ON billed_cost (workspace_id, issuer, ts) WHERE replaced_by IS NULL;

-- Of the accepted rows, those of billed cost.
ALTER TABLE import ADD COLUMN billed_rows bigint NOT NULL DEFAULT 0;
-- {"withdrawn":"3","amounts":[{"currency":"USD","amount":"12.5","rounding":"0.06"}]}; null for an import without billed cost.
ALTER TABLE import ADD COLUMN billed jsonb;
