-- When the call with an id of its provider happened, for the calls that came by the API, by OpenTelemetry or in files of up to
-- 25,000 records: an id at another time is refused. Calls of larger files are not here: keeping every id would cost a bulk
-- import more than a quarter of its processor time (docs/duplicates.md). Rows go with their calls when an import is undone.
CREATE TABLE provider_id_time (
  workspace_id int NOT NULL,
  dedup_key uuid NOT NULL,
  ts timestamptz(3) NOT NULL,
  PRIMARY KEY (workspace_id, dedup_key)
);
