-- Budgets, the alerts they fired, where alerts are sent, and what became of each sending.
CREATE TABLE budget (
  workspace_id int NOT NULL,
  id int GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL CHECK (name <> ''),
  scope text NOT NULL CHECK (scope IN ('workspace', 'project', 'cost_centre', 'tag')),
  -- Name of the tag; null for the other scopes.
  tag text CHECK ((scope = 'tag') = (tag IS NOT NULL)),
  -- The project, the name of the cost centre or the value of the tag; null for the whole workspace.
  value text CHECK ((scope = 'workspace') = (value IS NULL)),
  -- Dollars a month.
  amount numeric(38,18) NOT NULL CHECK (amount > 0 AND amount <> 'NaN' AND amount < 'Infinity'),
  -- Percent of the amount.
  thresholds int[] NOT NULL,
  on_forecast boolean NOT NULL,
  on_anomaly boolean NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  removed_at timestamptz(3),
  PRIMARY KEY (workspace_id, id)
);

-- The unique key is what makes an alert fire once: budget × month × what it is about.
CREATE TABLE budget_alert (
  workspace_id int NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  budget_id int NOT NULL,
  month text NOT NULL CHECK (month ~ '^\d{4}-\d{2}$'),
  kind text NOT NULL CHECK (kind IN ('threshold', 'forecast', 'anomaly')),
  -- "80" for a threshold, "" for the forecast, project, host, model and day for an anomaly.
  mark text NOT NULL,
  -- Amounts as decimal text, as they were when it fired.
  detail jsonb NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, budget_id, month, kind, mark)
);

-- Up to which alert a person has seen them.
CREATE TABLE alert_seen (
  workspace_id int NOT NULL,
  user_id int NOT NULL,
  alert_id bigint NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);

CREATE TABLE alert_channel (
  workspace_id int NOT NULL,
  id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('webhook', 'slack', 'email')),
  -- What is shown of it: the host of an address, or the e-mail address.
  shown text NOT NULL,
  -- The address and the signing secret, encrypted for this row.
  sealed bytea NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  removed_at timestamptz(3),
  PRIMARY KEY (workspace_id, id)
);

-- One row an alert and channel, written with the alert: a sending is owed until it is delivered or given up.
CREATE TABLE alert_delivery (
  workspace_id int NOT NULL,
  alert_id bigint NOT NULL,
  channel_id uuid NOT NULL,
  attempts int NOT NULL DEFAULT 0,
  -- When to try next; whoever takes it moves it on, so that two workers do not send it at once.
  due_at timestamptz(3) NOT NULL DEFAULT now(),
  delivered_at timestamptz(3),
  given_up_at timestamptz(3),
  problem text,
  PRIMARY KEY (workspace_id, alert_id, channel_id)
);
CREATE INDEX alert_delivery_due ON alert_delivery (due_at) WHERE delivered_at IS NULL AND given_up_at IS NULL;

-- What the budgets of a workspace were last compared with: only when it changes are they compared again.
CREATE TABLE budget_check (
  workspace_id int PRIMARY KEY,
  version text NOT NULL,
  checked_at timestamptz(3) NOT NULL DEFAULT now()
);
