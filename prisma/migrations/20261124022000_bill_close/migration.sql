-- The state of a month that was reviewed, closed or reopened; a month without a row is open and never was closed.
CREATE TABLE billing_month (
  workspace_id int NOT NULL,
  -- "2026-09", in the zone of the bill.
  month text NOT NULL CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  status text NOT NULL CHECK (status IN ('open', 'reviewed', 'closed')),
  -- The version closed last; 0 before the first close.
  version int NOT NULL DEFAULT 0,
  reviewed_at timestamptz(3),
  reviewed_by text,
  -- SHA-256 of the figures that were reviewed.
  reviewed_digest bytea,
  PRIMARY KEY (workspace_id, month)
);

-- Bills as they were closed: inserted, never changed but for who reopened them and what the nightly comparison found.
CREATE TABLE closed_bill (
  workspace_id int NOT NULL,
  month text NOT NULL,
  version int NOT NULL,
  -- Canonical JSON of the figures, and its SHA-256.
  document text NOT NULL,
  sha256 bytea NOT NULL,
  closed_at timestamptz(3) NOT NULL DEFAULT now(),
  closed_by text NOT NULL,
  -- Reopening needs somebody else.
  closed_by_user int,
  reopened_at timestamptz(3),
  reopened_by text,
  reopen_reason text,
  verified_at timestamptz(3),
  fault text,
  PRIMARY KEY (workspace_id, month, version)
);

-- Changes of a closed month's usage, written in the transaction that makes them: sums as in usage_hour, billed by a month
-- that is open. The distribution column leads the key and there are no foreign keys, as for the rollups.
CREATE TABLE bill_correction (
  workspace_id int NOT NULL,
  -- The closed month the usage is of, and the version of its bill.
  month text NOT NULL,
  version int NOT NULL,
  -- The month that bills the change.
  billed_in text NOT NULL,
  cause text NOT NULL CHECK (cause IN ('import', 'import_undo', 'reprice', 'reprice_undo')),
  -- Number of the import or of the price revision.
  cause_no int NOT NULL,
  host_id int NOT NULL,
  model_id int NOT NULL,
  service_tier_id int NOT NULL,
  price_set_id int NOT NULL,
  records bigint NOT NULL,
  requests bigint NOT NULL,
  uncounted_records bigint NOT NULL,
  input_tokens numeric(38,0) NOT NULL,
  cache_read_tokens numeric(38,0) NOT NULL,
  cache_write_5m_tokens numeric(38,0) NOT NULL,
  cache_write_1h_tokens numeric(38,0) NOT NULL,
  output_tokens numeric(38,0) NOT NULL,
  reasoning_tokens numeric(38,0) NOT NULL,
  other_quantities jsonb,
  cost numeric(38,18) NOT NULL,
  unpriced_records bigint NOT NULL,
  unpriced_requests bigint NOT NULL,
  unpriced_tokens numeric(38,0) NOT NULL,
  reported_cost numeric(38,18) NOT NULL,
  reported_records bigint NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  -- Set when the month was reopened before anything billed the change: the month itself has it again.
  withdrawn_at timestamptz(3),
  PRIMARY KEY (workspace_id, month, version, billed_in, cause, cause_no, host_id, model_id, service_tier_id, price_set_id)
);
CREATE INDEX bill_correction_billed_in ON bill_correction (workspace_id, billed_in);

-- Credits, taxes, commitments and the like, entered by finance while the month is open; removed ones stay as history.
CREATE TABLE bill_adjustment (
  workspace_id int NOT NULL,
  no int GENERATED ALWAYS AS IDENTITY,
  month text NOT NULL CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  kind text NOT NULL CHECK (kind IN ('credit', 'tax', 'commitment', 'prepaid', 'other')),
  -- Null for one of the whole bill.
  host text,
  -- Dollars added to the bill; below zero lowers it.
  amount numeric(38,18) NOT NULL CHECK (amount <> 0 AND amount <> 'NaN' AND amount < 'Infinity' AND amount > '-Infinity'),
  reason text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  removed_at timestamptz(3),
  removed_by text,
  PRIMARY KEY (workspace_id, no)
);
CREATE INDEX bill_adjustment_month ON bill_adjustment (workspace_id, month);
