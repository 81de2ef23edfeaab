-- Who bears a closed month, as it was when the month was closed: the rules, the sharing, what each cost centre bears and its
-- statement. Inserted with the closed bill, never changed.
CREATE TABLE closed_chargeback (
  workspace_id int NOT NULL,
  month text NOT NULL,
  -- That of the closed bill.
  version int NOT NULL,
  -- Canonical JSON of the chargeback and its statements, and its SHA-256.
  document text NOT NULL,
  sha256 bytea NOT NULL,
  PRIMARY KEY (workspace_id, month, version)
);
