-- The foundation. Big tables (usage_record, usage_hour, usage_day) carry the distribution column workspace_id in every
-- unique key and have no foreign keys, so that the schema can be distributed by workspace without a rewrite.

CREATE TYPE role AS ENUM ('admin', 'finance', 'engineer', 'viewer');

CREATE TABLE workspace (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug text NOT NULL UNIQUE,
  name text NOT NULL,
  is_sample boolean NOT NULL DEFAULT false,
  billing_time_zone text NOT NULL DEFAULT 'UTC',
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE app_user (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  password_hash text,
  -- Raised by password change and "sign out everywhere": every older session is refused.
  session_version int NOT NULL DEFAULT 1,
  disabled_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE membership (
  workspace_id int NOT NULL REFERENCES workspace (id),
  user_id int NOT NULL REFERENCES app_user (id),
  role role NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id)
);

CREATE TABLE user_session (
  id uuid PRIMARY KEY,
  user_id int NOT NULL REFERENCES app_user (id),
  workspace_id int NOT NULL REFERENCES workspace (id),
  session_version int NOT NULL,
  user_agent text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3)
);
CREATE INDEX user_session_user ON user_session (user_id);

-- Which identity at which issuer is which user: an e-mail address alone never links an account.
CREATE TABLE oidc_identity (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id int NOT NULL REFERENCES app_user (id),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);

CREATE TABLE api_token (
  id uuid PRIMARY KEY,
  workspace_id int NOT NULL REFERENCES workspace (id),
  -- Null for a token made on the server's own command line.
  user_id int REFERENCES app_user (id),
  name text NOT NULL,
  -- The part that is shown after creation.
  prefix text NOT NULL,
  hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
CREATE INDEX api_token_workspace ON api_token (workspace_id);

-- Layout of rate-limiter-flexible; in the database so that a restart does not reset the count.
CREATE TABLE rate_limit (
  key varchar(255) PRIMARY KEY,
  points int NOT NULL DEFAULT 0,
  expire bigint
);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id int NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  actor text NOT NULL,
  action text NOT NULL,
  subject text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_workspace ON audit_log (workspace_id, id);

-- One row per value of a dimension, so that big tables carry ids. kind: see lib/server/db/dimension.ts.
CREATE TABLE dimension (
  workspace_id int NOT NULL,
  kind smallint NOT NULL,
  id int GENERATED ALWAYS AS IDENTITY,
  value text NOT NULL,
  PRIMARY KEY (workspace_id, kind, id)
);
-- Values may be longer than an index row allows, so uniqueness is of their digest. The server declares convert_to stable
-- because encodings can be redefined; UTF-8 never is.
CREATE FUNCTION text_digest(value text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT sha256(convert_to(value, 'UTF8')) $$;
CREATE UNIQUE INDEX dimension_value ON dimension (workspace_id, kind, text_digest(value));

CREATE TABLE import (
  id uuid PRIMARY KEY,
  -- Short number for people and for the import_no of usage records.
  no int GENERATED ALWAYS AS IDENTITY UNIQUE,
  workspace_id int NOT NULL REFERENCES workspace (id),
  status text NOT NULL CHECK (status IN ('receiving', 'stored', 'importing', 'committed', 'failed', 'cancelled', 'undone')),
  source text NOT NULL DEFAULT 'upload' CHECK (source IN ('upload', 'api', 'cli', 'sample')),
  filename text NOT NULL,
  format text,
  generation text,
  -- What the user said beside the bytes: format, host, time zone.
  options jsonb NOT NULL DEFAULT '{}',
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  bytes_total bigint,
  bytes_received bigint NOT NULL DEFAULT 0,
  bytes_read bigint NOT NULL DEFAULT 0,
  sha256 bytea,
  rows_read bigint NOT NULL DEFAULT 0,
  accepted bigint NOT NULL DEFAULT 0,
  duplicate bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  restated bigint NOT NULL DEFAULT 0,
  unpriced bigint NOT NULL DEFAULT 0,
  cost numeric(38,18),
  first_at timestamptz(3),
  last_at timestamptz(3),
  -- {code, message, remedy}
  problem jsonb,
  -- Who may work on it, by the database's clock; a commit compares the fencing number.
  lease_until timestamptz(3),
  lease_owner text,
  fence int NOT NULL DEFAULT 0,
  attempts int NOT NULL DEFAULT 0,
  finished_at timestamptz(3),
  undone_at timestamptz(3),
  undone_by text
);
CREATE INDEX import_workspace ON import (workspace_id, no DESC);
CREATE INDEX import_open ON import (status) WHERE status IN ('receiving', 'stored', 'importing');
CREATE INDEX import_sha256 ON import (workspace_id, sha256);

CREATE TABLE import_reject (
  import_id uuid NOT NULL REFERENCES import (id),
  seq int NOT NULL,
  line bigint NOT NULL,
  byte_offset bigint NOT NULL,
  column_name text,
  code text NOT NULL,
  message text NOT NULL,
  remedy text NOT NULL,
  raw text NOT NULL,
  PRIMARY KEY (import_id, seq)
);

-- The price book as a ledger: rows are inserted, and closed by setting effective_to once; never edited, never deleted.
-- workspace_id 0 is the published book; others hold a workspace's contract prices.
CREATE TABLE price_entry (
  workspace_id int NOT NULL DEFAULT 0,
  id text NOT NULL,
  host text NOT NULL,
  model text NOT NULL,
  meter text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('rate', 'multiplier')),
  per numeric(20,0) NOT NULL CHECK (per > 0),
  amount numeric(20,9) NOT NULL CHECK (amount >= 0 AND amount <> 'NaN' AND amount < 'Infinity'),
  currency text NOT NULL,
  effective_from timestamptz(3) NOT NULL,
  effective_to timestamptz(3),
  conditions jsonb NOT NULL DEFAULT '{}',
  book text NOT NULL CHECK (book IN ('list', 'contract')),
  priority int NOT NULL DEFAULT 0,
  source_url text NOT NULL,
  checked_on date NOT NULL,
  confidence text NOT NULL CHECK (confidence IN ('provider', 'catalogue', 'third_party', 'user')),
  created_by text NOT NULL DEFAULT 'price book',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, id)
);
CREATE INDEX price_entry_model ON price_entry (workspace_id, host, model);

CREATE TABLE model_alias (
  workspace_id int NOT NULL DEFAULT 0,
  host text NOT NULL,
  pattern text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('exact', 'dated')),
  model text NOT NULL,
  effective_from timestamptz(3) NOT NULL,
  effective_to timestamptz(3),
  created_by text NOT NULL DEFAULT 'price book',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, host, pattern, kind, effective_from)
);

-- The distinct ways a record was priced: for each meter the entry and the multipliers used. A record points at one, and
-- its charge lines are quantity × amount of these entries, reproducible for ever. id 0 means unpriced.
CREATE TABLE price_set (
  workspace_id int NOT NULL,
  id int GENERATED ALWAYS AS IDENTITY,
  digest bytea NOT NULL,
  -- [{"meter","price_id","multiplier_ids":[]}]
  lines jsonb NOT NULL,
  PRIMARY KEY (workspace_id, id),
  UNIQUE (workspace_id, digest)
);

CREATE TABLE usage_record (
  workspace_id int NOT NULL,
  ts timestamptz(3) NOT NULL,
  -- 128 bits of SHA-256 over the length-prefixed duplicate-policy key.
  dedup_key uuid NOT NULL,
  import_no int NOT NULL,
  -- 1-based line of the file the record came from.
  source_line bigint NOT NULL,
  host_id int NOT NULL,
  model_id int NOT NULL,
  project_id int NOT NULL,
  api_key_id int NOT NULL,
  user_id int NOT NULL,
  service_tier_id int NOT NULL,
  region_id int NOT NULL,
  tag_set_id int NOT NULL,
  -- Length of a bucket in seconds; 0 for one call.
  bucket_seconds int NOT NULL,
  -- Null when the source does not count calls.
  requests bigint,
  input_tokens bigint NOT NULL,
  cache_read_tokens bigint NOT NULL,
  cache_write_5m_tokens bigint NOT NULL,
  cache_write_1h_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  reasoning_tokens bigint NOT NULL,
  -- {"input_audio":"12"}: meters most calls do not have.
  other_quantities jsonb,
  -- Prompt and total length classes, see lib/core/rollup/context-band.ts.
  context_band smallint NOT NULL,
  -- 0 ok, 1 error, 2 cancelled
  status smallint NOT NULL,
  latency_ms int,
  price_set_id int NOT NULL,
  -- Null when unpriced.
  cost numeric(38,18) CHECK (cost <> 'NaN' AND cost < 'Infinity' AND cost > '-Infinity'),
  -- Why it is unpriced; 0 when it is priced. See lib/server/db/usage-record.ts.
  unpriced_code smallint NOT NULL,
  reported_cost numeric(38,18) CHECK (reported_cost <> 'NaN' AND reported_cost < 'Infinity' AND reported_cost > '-Infinity'),
  reported_currency text,
  reported_kind text,
  source_id text,
  -- Facts that only pricing reads: speed, prompt length, the source's own context tier. Null when all are absent.
  pricing_facts jsonb
) PARTITION BY RANGE (ts);
-- Workspace, then time: inserts of an export stay on the right edge of the index.
CREATE UNIQUE INDEX usage_record_dedup ON usage_record (workspace_id, ts, dedup_key);
-- There is no default partition: while one exists, attaching a month needs its exclusive lock and would wait for every
-- running import. Months are made before rows are written, see lib/server/db/partition.ts.

-- What a record said before a newer export of the same bucket restated it. import_no is the import that wrote the old
-- values, by_import_no the one whose values replaced them; undoing the latter brings them back.
CREATE TABLE usage_restatement (
  LIKE usage_record INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
  by_import_no int NOT NULL,
  replaced_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX usage_restatement_by ON usage_restatement (workspace_id, by_import_no);
CREATE INDEX usage_restatement_key ON usage_restatement (workspace_id, ts, dedup_key);

-- Sum of two maps of quantities, {"web_search":"3"}: keys that come to 0 disappear, and what is left may be {}.
-- Strict, so that the aggregate skips the many records without such a map instead of calling it.
CREATE FUNCTION add_quantities(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT coalesce(jsonb_object_agg(name, total::text), '{}') FROM (
    SELECT name, sum(amount::numeric) AS total
    FROM (SELECT * FROM jsonb_each_text(a) UNION ALL SELECT * FROM jsonb_each_text(b)) AS both_maps (name, amount)
    GROUP BY name
  ) AS sums WHERE total <> 0
$$;
CREATE AGGREGATE sum_quantities(jsonb) (SFUNC = add_quantities, STYPE = jsonb, COMBINEFUNC = add_quantities, PARALLEL = SAFE);
CREATE FUNCTION negate_quantities(a jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT jsonb_object_agg(name, (-(amount::numeric))::text) FROM jsonb_each_text(a) AS quantities (name, amount)
$$;

-- Sums per UTC hour, written in the transaction that writes the records. requests counts calls where the source tells.
CREATE TABLE usage_hour (
  workspace_id int NOT NULL,
  hour timestamptz(3) NOT NULL,
  host_id int NOT NULL,
  model_id int NOT NULL,
  project_id int NOT NULL,
  api_key_id int NOT NULL,
  service_tier_id int NOT NULL,
  region_id int NOT NULL,
  context_band smallint NOT NULL,
  -- 3600 or less for calls and hourly buckets; 86400 marks a daily bucket that this hour only begins.
  grain_seconds int NOT NULL,
  price_set_id int NOT NULL,
  records bigint NOT NULL,
  requests bigint NOT NULL,
  -- Records whose source does not count calls.
  uncounted_records bigint NOT NULL,
  input_tokens numeric(38,0) NOT NULL,
  cache_read_tokens numeric(38,0) NOT NULL,
  cache_write_5m_tokens numeric(38,0) NOT NULL,
  cache_write_1h_tokens numeric(38,0) NOT NULL,
  output_tokens numeric(38,0) NOT NULL,
  reasoning_tokens numeric(38,0) NOT NULL,
  -- Sums of other_quantities, {"web_search":"3"}.
  other_quantities jsonb,
  cost numeric(38,18) NOT NULL,
  unpriced_records bigint NOT NULL,
  -- Calls of unpriced records; a record whose source does not count calls is one.
  unpriced_requests bigint NOT NULL,
  -- Over the core token classes of unpriced records; reasoning is inside output.
  unpriced_tokens numeric(38,0) NOT NULL,
  -- What the sources themselves reported, in US dollars alone; null when none did.
  reported_cost numeric(38,18),
  reported_records bigint NOT NULL,
  errors bigint NOT NULL,
  PRIMARY KEY (workspace_id, hour, host_id, model_id, project_id, api_key_id, service_tier_id, region_id, context_band, grain_seconds, price_set_id)
);

-- Sums per UTC day for screens over months; the user is a dimension here and length classes are not.
CREATE TABLE usage_day (
  workspace_id int NOT NULL,
  day date NOT NULL,
  host_id int NOT NULL,
  model_id int NOT NULL,
  project_id int NOT NULL,
  api_key_id int NOT NULL,
  user_id int NOT NULL,
  service_tier_id int NOT NULL,
  records bigint NOT NULL,
  requests bigint NOT NULL,
  uncounted_records bigint NOT NULL,
  input_tokens numeric(38,0) NOT NULL,
  cache_read_tokens numeric(38,0) NOT NULL,
  cache_write_5m_tokens numeric(38,0) NOT NULL,
  cache_write_1h_tokens numeric(38,0) NOT NULL,
  output_tokens numeric(38,0) NOT NULL,
  reasoning_tokens numeric(38,0) NOT NULL,
  cost numeric(38,18) NOT NULL,
  unpriced_records bigint NOT NULL,
  unpriced_requests bigint NOT NULL,
  unpriced_tokens numeric(38,0) NOT NULL,
  reported_cost numeric(38,18),
  reported_records bigint NOT NULL,
  errors bigint NOT NULL,
  PRIMARY KEY (workspace_id, day, host_id, model_id, project_id, api_key_id, user_id, service_tier_id)
);

-- Replies to requests with an Idempotency-Key, so that a retry is answered as the first was.
CREATE TABLE idempotency_key (
  workspace_id int NOT NULL,
  key text NOT NULL,
  body_sha256 bytea NOT NULL,
  -- json, not jsonb: a retry gets the same text, members in the same order.
  reply json NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, key)
);
