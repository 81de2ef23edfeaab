-- Seals of the audit log: each is the digest of the one before and of a row, so that a row changed or taken out later shows.
-- Rows are sealed a moment after their transaction, in a table of their own, so that no change waits for another's row.
CREATE TABLE audit_seal (
  workspace_id int NOT NULL,
  -- 1, 2, 3 … within the workspace.
  no bigint NOT NULL,
  audit_id bigint NOT NULL UNIQUE,
  seal bytea NOT NULL CHECK (octet_length(seal) = 32),
  PRIMARY KEY (workspace_id, no)
);
