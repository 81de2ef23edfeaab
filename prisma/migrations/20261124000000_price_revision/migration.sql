-- Re-pricing of stored records: who changed which figures, why, and what they were before, so that it can be undone.
CREATE TABLE price_revision (
  workspace_id int NOT NULL,
  id uuid NOT NULL,
  -- Short number for people; later revisions have higher ones.
  no int GENERATED ALWAYS AS IDENTITY,
  -- Period of the records looked at, half-open.
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL,
  -- {"host":["openai"],"model":["gpt-5"]}; {} is every record of the period.
  filter jsonb NOT NULL DEFAULT '{}',
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  -- Of the records whose price changed.
  records bigint NOT NULL DEFAULT 0,
  newly_priced bigint NOT NULL DEFAULT 0,
  -- Sums over the priced records of the period.
  cost_before numeric(38,18) NOT NULL DEFAULT 0,
  cost_after numeric(38,18) NOT NULL DEFAULT 0,
  undone_at timestamptz(3),
  undone_by text,
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX price_revision_no ON price_revision (workspace_id, no);

-- A big table like usage_record: the distribution column leads every unique key and there are no foreign keys.
CREATE TABLE price_revision_record (
  workspace_id int NOT NULL,
  revision_no int NOT NULL,
  ts timestamptz(3) NOT NULL,
  dedup_key uuid NOT NULL,
  -- The import whose values were priced: values that another import wrote since are not this revision's to restore.
  import_no int NOT NULL,
  old_price_set_id int NOT NULL,
  old_cost numeric(38,18),
  old_unpriced_code smallint NOT NULL,
  new_price_set_id int NOT NULL,
  new_cost numeric(38,18),
  new_unpriced_code smallint NOT NULL,
  PRIMARY KEY (workspace_id, revision_no, ts, dedup_key)
);
CREATE INDEX price_revision_record_key ON price_revision_record (workspace_id, ts, dedup_key);
