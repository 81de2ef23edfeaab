-- The currency of a way of pricing: all of its prices are in one. Costs of records are dollars; a record priced in another
-- currency has no cost, and its amount is its quantities times these prices, in that currency.
ALTER TABLE price_set ADD COLUMN currency text NOT NULL DEFAULT 'USD' CHECK (currency ~ '^[A-Z]{3}$');

-- The day the changed usage is of, so that a closed month can be told day by day. Corrections noted before this column
-- came are told on the first day of their month.
ALTER TABLE bill_correction ADD COLUMN day date;
UPDATE bill_correction SET day = (month || '-01')::date;
ALTER TABLE bill_correction ALTER COLUMN day SET NOT NULL;
ALTER TABLE bill_correction DROP CONSTRAINT bill_correction_pkey;
ALTER TABLE bill_correction ADD PRIMARY KEY
  (workspace_id, month, version, billed_in, cause, cause_no, day, host_id, model_id, service_tier_id, price_set_id);
