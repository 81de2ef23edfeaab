--
-- PostgreSQL database dump
--
SET statement_timeout = 0;

COPY public."LiteLLM_TeamTable" (team_id, team_alias) FROM stdin;
team-1	Search "one"
\.

COPY public."LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens, "startTime", "endTime", "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user", metadata, cache_hit, cache_key, request_tags, team_id, end_user, requester_ip_address, messages, response, session_id, status, proxy_server_request) FROM stdin;
chatcmpl-00000000-0001	acompletion	hash-1	0.0105	1300	1200	100	2026-06-01 10:00:00.5	2026-06-01 10:00:02	2026-06-01 10:00:01	gpt-5-mini	id-1	gpt-5-mini	openai	https://api.example/v1	u1	{"user_api_key_alias": "search \\"prod\\"", "usage_object": {"prompt_tokens": 1200, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 1000}, "completion_tokens_details": {"reasoning_tokens": 60}}}	False	Cache OFF	["a"]	\N	\N	\N	[{"role": "user", "content": "two\\nlines\\tand a tab"}]	"text"	s1	success	{}
chatcmpl-00000000-0002	acompletion	hash-1	0	0	0	0	2026-06-01 10:01:00	2026-06-01 10:01:00	\N			gpt-5-mini	openai		u1	{}	False		[]	\N	\N	\N	{}	{}	s1	failure	{}
chatcmpl-00000000-0003	acompletion	hash-1	0.5	10
\.

COPY public."LiteLLM_DailyUserSpend" (id, user_id, date, api_key, model, model_group, custom_llm_provider, prompt_tokens, completion_tokens, cache_read_input_tokens, cache_creation_input_tokens, spend, api_requests, successful_requests, failed_requests) FROM stdin;
d1	ann	2026-05-31	hash-1	gpt-5-mini	\N	openai	500	50	100	0	0.001	4	4	0
\.
