-- What people said about a project where the data cannot tell: may its data leave, is the best quality needed, and so on.
CREATE TABLE advisor_answer (
  workspace_id int NOT NULL,
  -- Empty for calls without a project.
  project text NOT NULL,
  answers jsonb NOT NULL,
  answered_by text NOT NULL,
  answered_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, project)
);
