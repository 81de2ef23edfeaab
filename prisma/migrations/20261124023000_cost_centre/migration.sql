-- Who bears the cost: centres, the dated and ordered rules that lead usage to them, and how the rest is shared.
CREATE TABLE cost_centre (
  workspace_id int NOT NULL,
  id int GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL CHECK (name <> ''),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX cost_centre_name ON cost_centre (workspace_id, lower(name));

-- The first rule in order of position, then id, that is in force on the day and matches takes the record.
CREATE TABLE allocation_rule (
  workspace_id int NOT NULL,
  id int GENERATED ALWAYS AS IDENTITY,
  position int NOT NULL,
  dimension text NOT NULL CHECK (dimension IN ('project', 'api_key', 'user', 'tag')),
  -- Name of the tag; null for the other dimensions.
  tag text CHECK ((dimension = 'tag') = (tag IS NOT NULL)),
  -- The value, or its beginning followed by '*'.
  value text NOT NULL CHECK (value <> ''),
  cost_centre_id int NOT NULL,
  -- UTC days, half-open; null is unbounded.
  from_day date,
  to_day date CHECK (to_day > from_day),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id),
  FOREIGN KEY (workspace_id, cost_centre_id) REFERENCES cost_centre (workspace_id, id)
);

-- What becomes of cost that no rule takes, from a month on; before the first row it is left unallocated.
CREATE TABLE allocation_sharing (
  workspace_id int NOT NULL,
  from_month text NOT NULL CHECK (from_month ~ '^\d{4}-\d{2}$'),
  mode text NOT NULL CHECK (mode IN ('none', 'even', 'proportional')),
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, from_month)
);
