-- Which source tells the calls of a host in a period. Decisions are kept for ever; a reversed one says who, when and why.
CREATE TABLE source_decision (
  workspace_id int NOT NULL,
  no int GENERATED ALWAYS AS IDENTITY,
  host text NOT NULL,
  -- Half-open, whole UTC days.
  from_at timestamptz(3) NOT NULL,
  to_at timestamptz(3) NOT NULL CHECK (to_at > from_at),
  -- Name of the teller, see lib/core/source/teller.ts.
  source text NOT NULL,
  reason text NOT NULL,
  actor text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  reversed_at timestamptz(3),
  reversed_by text,
  reversed_reason text,
  PRIMARY KEY (workspace_id, no)
);

-- Number of the decision that set the record aside: it is in no sum. Null for what counts.
ALTER TABLE usage_record ADD COLUMN set_aside_by int;
ALTER TABLE usage_restatement ADD COLUMN set_aside_by int;
ALTER TABLE usage_duplicate ADD COLUMN set_aside_by int;
CREATE INDEX usage_record_set_aside ON usage_record (workspace_id, import_no) WHERE set_aside_by IS NOT NULL;

ALTER TABLE bill_correction DROP CONSTRAINT bill_correction_cause_check;
ALTER TABLE bill_correction ADD CONSTRAINT bill_correction_cause_check
  CHECK (cause IN ('import', 'import_undo', 'reprice', 'reprice_undo', 'source', 'source_undo'));
