-- Dated exchange rates a workspace entered: units of `currency` for one US dollar. Facts of a day, corrected by a newer row.
CREATE TABLE exchange_rate (
  workspace_id int NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$' AND currency <> 'USD'),
  day date NOT NULL,
  -- A correction has the next number; the highest holds, the others say what was shown before.
  version int NOT NULL DEFAULT 1,
  rate numeric(24,12) NOT NULL CHECK (rate > 0 AND rate <> 'NaN' AND rate < 'Infinity'),
  source text NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, currency, day, version)
);
-- What totals are also shown in; the books stay in dollars.
ALTER TABLE workspace ADD COLUMN display_currency text NOT NULL DEFAULT 'USD' CHECK (display_currency ~ '^[A-Z]{3}$');
