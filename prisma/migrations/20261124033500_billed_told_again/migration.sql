-- Later imports that told the same line, in their order: when the import that was first is undone, the line is the next one's.
ALTER TABLE billed_cost ADD COLUMN also_told_by int[] NOT NULL DEFAULT '{}';
