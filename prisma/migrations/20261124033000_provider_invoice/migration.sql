-- Invoices of hosts as finance typed them in; removed ones stay as history.
CREATE TABLE provider_invoice (
  workspace_id int NOT NULL,
  no int GENERATED ALWAYS AS IDENTITY,
  month text NOT NULL CHECK (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  host text NOT NULL,
  -- The host's own number of the invoice; empty when not given.
  number text NOT NULL DEFAULT '',
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  removed_at timestamptz(3),
  removed_by text,
  PRIMARY KEY (workspace_id, no)
);
CREATE INDEX provider_invoice_month ON provider_invoice (workspace_id, month) WHERE removed_at IS NULL;
CREATE TABLE provider_invoice_line (
  workspace_id int NOT NULL,
  invoice_no int NOT NULL,
  line int NOT NULL,
  category text NOT NULL CHECK (category IN ('usage', 'credit', 'tax', 'other')),
  -- Null where the invoice does not say.
  model text,
  meter text,
  quantity numeric(38,0),
  -- Dollars.
  amount numeric(38,18) NOT NULL CHECK (amount <> 'NaN' AND amount < 'Infinity' AND amount > '-Infinity'),
  -- Half a unit of the last place that was printed.
  rounding numeric(38,18) NOT NULL,
  PRIMARY KEY (workspace_id, invoice_no, line)
);

-- From which gap on a workspace wants to hear of it; a workspace without a row has the product's own.
CREATE TABLE gap_tolerance (
  workspace_id int PRIMARY KEY,
  amount numeric(38,18) NOT NULL CHECK (amount >= 0 AND amount < 'Infinity' AND amount <> 'NaN'),
  -- Hundredths of a percent of the invoice.
  per_myriad int NOT NULL CHECK (per_myriad BETWEEN 0 AND 10000)
);
