-- Rows that an import offered and that were stored already by another one. They count nothing; when the other import is
-- undone, the first of them takes its place, as if the other had never been.
CREATE TABLE usage_duplicate (
  LIKE usage_record INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
  seq bigint GENERATED ALWAYS AS IDENTITY
);
-- Workspace, then time: the duplicates of an export stay on the right edge of the index.
CREATE INDEX usage_duplicate_key ON usage_duplicate (workspace_id, ts, dedup_key);
CREATE INDEX usage_duplicate_import ON usage_duplicate (workspace_id, import_no);
