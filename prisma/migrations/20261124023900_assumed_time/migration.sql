-- The time that stands for a call whose source tells none: that of the first import that held it, so that the same call
-- is found again however often and in whatever file it comes. Only such calls have a row.
CREATE TABLE assumed_time (
  workspace_id int NOT NULL,
  dedup_key bytea NOT NULL,
  ts timestamptz(3) NOT NULL,
  PRIMARY KEY (workspace_id, dedup_key)
);
