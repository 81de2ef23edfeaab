-- Which states of the shipped price book are in the ledger already, so that a start need not compare ten thousand entries.
CREATE TABLE price_book_sync (
  -- SHA-256 of the files.
  digest bytea PRIMARY KEY,
  synced_at timestamptz(3) NOT NULL DEFAULT now()
);
