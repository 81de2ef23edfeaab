-- Spans that stand around model calls taken in by the OpenTelemetry endpoint: a span ends, and is sent, after those below it,
-- and repeats their totals. Kept for two days, longer than a trace lasts.
CREATE TABLE span_around (
  workspace_id int NOT NULL,
  span bigint NOT NULL,
  seen_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, span)
);
