-- The order in which the versions of a bucket or of a call that grew were replaced. One import may appear in it twice, as that of
-- a day's telemetry does, so that which import replaced which tells no order.
ALTER TABLE usage_restatement ADD COLUMN seq bigint;
UPDATE usage_restatement r SET seq = o.place
  FROM (SELECT ctid, row_number() OVER (ORDER BY replaced_at, by_import_no, import_no) AS place FROM usage_restatement) AS o
  WHERE r.ctid = o.ctid;
ALTER TABLE usage_restatement ALTER COLUMN seq SET NOT NULL;
ALTER TABLE usage_restatement ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('usage_restatement', 'seq'), coalesce(max(seq), 0) + 1, false) FROM usage_restatement;

-- A re-pricing prices what waits in the history too: its place there, 0 for the record that is stored.
ALTER TABLE price_revision_record ADD COLUMN history_seq bigint NOT NULL DEFAULT 0;
ALTER TABLE price_revision_record DROP CONSTRAINT price_revision_record_pkey;
ALTER TABLE price_revision_record ADD PRIMARY KEY (workspace_id, revision_no, ts, dedup_key, history_seq);
