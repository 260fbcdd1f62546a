-- Printed by scripts/schema.ts from the migrations. Do not edit: `bun scripts/schema.ts` writes it anew.

-- Extensions

create extension btree_gist;

create extension citext;

-- Tables

create table analytics_events (
  id uuid not null,
  user_id uuid,
  event_type text not null,
  metadata jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint analytics_events_pkey PRIMARY KEY (created_at, id)
) partition by RANGE (created_at);

create table analytics_events_default partition of analytics_events default;

create table api_keys (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  prefix text not null,
  digest text not null,
  scope text not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint api_keys_pkey PRIMARY KEY (id),
  constraint api_keys_prefix_key UNIQUE (prefix),
  constraint api_keys_name_check CHECK ((name <> ''::text)),
  constraint api_keys_prefix_check CHECK ((prefix ~ '^[0-9a-f]{12}$'::text)),
  constraint api_keys_scope_check CHECK ((scope = ANY (ARRAY['read'::text, 'write'::text, 'admin'::text]))),
  constraint api_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table attendees (
  id uuid not null,
  booking_id uuid not null,
  name text not null,
  email citext not null,
  phone text,
  time_zone text not null,
  status text not null default 'ACTIVE'::text,
  token_version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  answers jsonb not null default '[]'::jsonb,
  no_show boolean not null default false,
  brought_by uuid,
  sequence_ahead integer not null default 0,
  locale text not null default 'en'::text,
  sms_opt_in boolean not null default false,
  erasure_id uuid,
  erased_at timestamp with time zone,
  meets_until timestamp with time zone,
  constraint attendees_pkey PRIMARY KEY (id),
  constraint attendees_name_check CHECK ((name <> ''::text)),
  constraint attendees_sequence_ahead_check CHECK ((sequence_ahead >= 0)),
  constraint attendees_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'CANCELLED'::text]))),
  constraint attendees_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint attendees_brought_by_fkey FOREIGN KEY (brought_by) REFERENCES attendees(id) ON DELETE CASCADE,
  constraint attendees_erasure_id_fkey FOREIGN KEY (erasure_id) REFERENCES erasures(id) ON DELETE SET NULL
);

create table audit_log (
  id uuid not null default gen_random_uuid(),
  action text not null,
  actor_id uuid,
  subject_id uuid,
  metadata jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint audit_log_pkey PRIMARY KEY (id),
  constraint audit_log_action_check CHECK ((action ~ '^[A-Z][A-Z_]{2,63}$'::text))
);

create table availability_versions (
  host_id uuid not null,
  version bigint not null default 1,
  constraint availability_versions_pkey PRIMARY KEY (host_id),
  constraint availability_versions_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE CASCADE
);

create table blocked_guests (
  id uuid not null,
  user_id uuid not null,
  pattern citext not null,
  reason text,
  created_at timestamp with time zone not null default now(),
  constraint blocked_guests_pkey PRIMARY KEY (id),
  constraint blocked_guests_user_id_pattern_key UNIQUE (user_id, pattern),
  constraint blocked_guests_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table booking_history (
  id uuid not null default gen_random_uuid(),
  booking_id uuid not null,
  version integer not null,
  event text not null,
  actor_kind text not null,
  actor_id uuid,
  reason text,
  was jsonb,
  created_at timestamp with time zone not null default now(),
  constraint booking_history_pkey PRIMARY KEY (id),
  constraint booking_history_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['host'::text, 'guest'::text, 'system'::text]))),
  constraint booking_history_event_check CHECK ((event = ANY (ARRAY['booked'::text, 'verified'::text, 'joined'::text, 'left'::text, 'moved_in'::text, 'moved_away'::text, 'confirmed'::text, 'declined'::text, 'expired'::text, 'rescheduled'::text, 'reassigned'::text, 'edited'::text, 'cancelled'::text, 'restored'::text, 'completed'::text, 'no_show'::text, 'no_show_undone'::text]))),
  constraint booking_history_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE
);

create table booking_hosts (
  booking_id uuid not null,
  host_id uuid not null,
  no_show boolean not null default false,
  constraint booking_hosts_pkey PRIMARY KEY (booking_id, host_id),
  constraint booking_hosts_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint booking_hosts_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id)
);

create table booking_links (
  id uuid not null,
  meeting_type_id uuid not null,
  max_bookings integer not null,
  used integer not null default 0,
  duration_minutes integer,
  expires_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint booking_links_pkey PRIMARY KEY (id),
  constraint booking_links_check CHECK (((used >= 0) AND (used <= max_bookings))),
  constraint booking_links_duration_minutes_check CHECK (((duration_minutes >= 1) AND (duration_minutes <= 1440))),
  constraint booking_links_max_bookings_check CHECK (((max_bookings >= 1) AND (max_bookings <= 1000))),
  constraint booking_links_meeting_type_id_fkey FOREIGN KEY (meeting_type_id) REFERENCES meeting_types(id) ON DELETE CASCADE
);

create table bookings (
  id uuid not null,
  meeting_type_id uuid,
  host_id uuid not null,
  title text not null,
  during tstzrange not null,
  status text not null,
  host_zone text not null,
  location jsonb not null,
  notes text,
  version integer not null default 1,
  sequence integer not null default 0,
  cancelled_at timestamp with time zone,
  cancel_reason text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  capacity integer not null default 1,
  seats_taken integer not null default 1,
  expires_at timestamp with time zone,
  tracking jsonb not null default '{}'::jsonb,
  host_notes text,
  link_id uuid,
  awaits_guest boolean not null default false,
  forgotten_at timestamp with time zone,
  constraint bookings_pkey PRIMARY KEY (id),
  constraint bookings_capacity_check CHECK ((capacity >= 1)),
  constraint bookings_check CHECK (((status = 'CANCELLED'::text) = (cancelled_at IS NOT NULL))),
  constraint bookings_check1 CHECK (((seats_taken >= 0) AND (seats_taken <= capacity))),
  constraint bookings_check2 CHECK (((NOT awaits_guest) OR (status <> ALL (ARRAY['CONFIRMED'::text, 'COMPLETED'::text, 'NO_SHOW'::text])))),
  constraint bookings_during_check CHECK (((NOT isempty(during)) AND lower_inc(during) AND (NOT upper_inc(during)) AND (NOT upper_inf(during)) AND isfinite(lower(during)) AND isfinite(upper(during)))),
  constraint bookings_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'CONFIRMED'::text, 'CANCELLED'::text, 'DECLINED'::text, 'EXPIRED'::text, 'COMPLETED'::text, 'NO_SHOW'::text]))),
  constraint bookings_title_check CHECK ((title <> ''::text)),
  constraint bookings_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id),
  constraint bookings_link_id_fkey FOREIGN KEY (link_id) REFERENCES booking_links(id) ON DELETE SET NULL,
  constraint bookings_meeting_type_id_fkey FOREIGN KEY (meeting_type_id) REFERENCES meeting_types(id)
);

create table calendar_attempts (
  id uuid not null,
  user_id uuid not null,
  provider text not null,
  state_hash text not null,
  browser_hash text not null,
  sealed_verifier text not null,
  sealed_nonce text not null,
  return_to text,
  code_hash text,
  sealed_answer text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint calendar_attempts_pkey PRIMARY KEY (id),
  constraint calendar_attempts_code_hash_key UNIQUE (code_hash),
  constraint calendar_attempts_state_hash_key UNIQUE (state_hash),
  constraint calendar_attempts_check CHECK (((code_hash IS NULL) = (sealed_answer IS NULL))),
  constraint calendar_attempts_provider_check CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text]))),
  constraint calendar_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table calendar_channels (
  id uuid not null,
  calendar_id uuid not null,
  external_id text not null,
  resource_id text,
  expires_at timestamp with time zone not null,
  renew_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  close_at timestamp with time zone,
  constraint calendar_channels_pkey PRIMARY KEY (id),
  constraint calendar_channels_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES calendars(id) ON DELETE CASCADE
);

create table calendar_connections (
  id uuid not null,
  user_id uuid not null,
  provider text not null,
  account_id text not null,
  account text not null,
  credentials text not null,
  scopes jsonb not null default '[]'::jsonb,
  status text not null default 'ok'::text,
  failing_since timestamp with time zone,
  last_error text,
  told_at timestamp with time zone,
  renewing_until timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  throttled_until timestamp with time zone,
  constraint calendar_connections_pkey PRIMARY KEY (id),
  constraint calendar_connections_user_id_provider_account_id_key UNIQUE (user_id, provider, account_id),
  constraint calendar_connections_check CHECK (((failing_since IS NULL) = (status = 'ok'::text))),
  constraint calendar_connections_provider_check CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text, 'caldav'::text, 'ics'::text]))),
  constraint calendar_connections_scopes_check CHECK ((jsonb_typeof(scopes) = 'array'::text)),
  constraint calendar_connections_status_check CHECK ((status = ANY (ARRAY['ok'::text, 'stale'::text, 'needs_reauth'::text, 'error'::text]))),
  constraint calendar_connections_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table calendar_events (
  booking_id uuid not null,
  host_id uuid not null,
  calendar_id uuid,
  external_id text not null,
  etag text,
  incarnation integer not null default 1,
  version integer not null,
  during tstzrange not null,
  drift text,
  drifted_to tstzrange,
  drifted_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  seen_generation integer,
  shows text,
  meeting_state text,
  meeting_url text,
  constraint calendar_events_pkey PRIMARY KEY (booking_id, host_id),
  constraint calendar_events_check CHECK (((drift IS NULL) = (drifted_at IS NULL))),
  constraint calendar_events_check1 CHECK (((drifted_to IS NOT NULL) = (NOT (drift IS DISTINCT FROM 'moved'::text)))),
  constraint calendar_events_drift_check CHECK ((drift = ANY (ARRAY['moved'::text, 'deleted'::text]))),
  constraint calendar_events_meeting_state_check CHECK ((meeting_state = ANY (ARRAY['pending'::text, 'ready'::text, 'failed'::text]))),
  constraint calendar_events_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint calendar_events_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES calendars(id) ON DELETE SET NULL,
  constraint calendar_events_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE CASCADE
);

create table calendar_feeds (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  token_hash bytea not null,
  last_read_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint calendar_feeds_pkey PRIMARY KEY (id),
  constraint calendar_feeds_token_hash_key UNIQUE (token_hash),
  constraint calendar_feeds_token_hash_check CHECK ((octet_length(token_hash) = 32)),
  constraint calendar_feeds_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table calendar_revocations (
  id uuid not null,
  provider text not null,
  account_id text not null,
  credentials text not null,
  channels jsonb not null,
  created_at timestamp with time zone not null default now(),
  constraint calendar_revocations_pkey PRIMARY KEY (id),
  constraint calendar_revocations_channels_check CHECK ((jsonb_typeof(channels) = 'array'::text))
);

create table calendar_runs (
  booking_id uuid not null,
  host_id uuid,
  run uuid not null,
  leased_until timestamp with time zone not null,
  calendar_id uuid,
  incarnation integer,
  constraint calendar_runs_booking_id_host_id_key UNIQUE NULLS NOT DISTINCT (booking_id, host_id),
  constraint calendar_runs_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint calendar_runs_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES calendars(id) ON DELETE SET NULL,
  constraint calendar_runs_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE CASCADE
);

create table calendars (
  id uuid not null,
  connection_id uuid not null,
  user_id uuid not null,
  external_id text not null,
  name text not null,
  time_zone text,
  is_primary boolean not null default false,
  can_write boolean not null,
  conferences jsonb not null default '[]'::jsonb,
  checks_conflicts boolean not null default false,
  is_destination boolean not null default false,
  blocks_tentative boolean not null default true,
  keeps_titles boolean not null default false,
  when_unreachable text not null default 'keep'::text,
  cursor text,
  synced tstzrange,
  synced_at timestamp with time zone,
  generation integer not null default 0,
  failing_since timestamp with time zone,
  last_error text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  run_id uuid,
  quiet_runs integer not null default 0,
  poll_at timestamp with time zone default '-infinity'::timestamp with time zone,
  channel_at timestamp with time zone default '-infinity'::timestamp with time zone,
  constraint calendars_pkey PRIMARY KEY (id),
  constraint calendars_connection_id_external_id_key UNIQUE (connection_id, external_id),
  constraint calendars_check CHECK ((can_write OR (NOT is_destination))),
  constraint calendars_conferences_check CHECK ((jsonb_typeof(conferences) = 'array'::text)),
  constraint calendars_quiet_runs_check CHECK ((quiet_runs >= 0)),
  constraint calendars_when_unreachable_check CHECK ((when_unreachable = ANY (ARRAY['keep'::text, 'busy'::text, 'free'::text]))),
  constraint calendars_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES calendar_connections(id) ON DELETE CASCADE,
  constraint calendars_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table card_marks (
  host_id uuid not null,
  mark uuid not null default gen_random_uuid(),
  constraint card_marks_pkey PRIMARY KEY (host_id, mark)
);

create table deliveries (
  outbox_id uuid not null,
  channel text not null,
  provider text not null,
  provider_id text,
  attempts integer not null,
  created_at timestamp with time zone not null default now(),
  status text not null default 'sent'::text,
  detail text,
  updated_at timestamp with time zone not null default now(),
  constraint deliveries_pkey PRIMARY KEY (outbox_id),
  constraint deliveries_channel_check CHECK ((channel = ANY (ARRAY['email'::text, 'sms'::text, 'webhook'::text, 'calendar'::text]))),
  constraint deliveries_status_check CHECK ((delivery_rank(status) IS NOT NULL)),
  constraint deliveries_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES outbox(id) ON DELETE CASCADE
);

create table email_changes (
  id uuid not null,
  user_id uuid not null,
  email citext not null,
  was_verified boolean not null,
  held_until timestamp with time zone not null default (now() + '7 days'::interval),
  undone_at timestamp with time zone,
  created_at timestamp with time zone not null,
  constraint email_changes_pkey PRIMARY KEY (id),
  constraint email_changes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table erasures (
  id uuid not null,
  scope text not null,
  email citext,
  requested_by uuid,
  requested_at timestamp with time zone not null,
  events_until timestamp with time zone,
  events_until_id uuid,
  are_events_done boolean not null default false,
  completed_at timestamp with time zone,
  constraint erasures_pkey PRIMARY KEY (id),
  constraint erasures_check CHECK (((completed_at IS NULL) = (email IS NOT NULL))),
  constraint erasures_scope_check CHECK ((scope = ANY (ARRAY['address'::text, 'booking'::text])))
);

create table exchange_codes (
  code_hash text not null,
  user_id uuid not null,
  code_challenge text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint exchange_codes_pkey PRIMARY KEY (code_hash),
  constraint exchange_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table external_busy (
  calendar_id uuid not null,
  external_id text not null,
  host_id uuid not null,
  during tstzrange not null,
  kind text not null,
  title text,
  generation integer not null,
  created_at timestamp with time zone not null default now(),
  constraint external_busy_pkey PRIMARY KEY (calendar_id, external_id, during),
  constraint external_busy_during_check CHECK (((NOT isempty(during)) AND lower_inc(during) AND (NOT upper_inc(during)) AND isfinite(lower(during)) AND isfinite(upper(during)))),
  constraint external_busy_kind_check CHECK ((kind = ANY (ARRAY['busy'::text, 'tentative'::text, 'out_of_office'::text]))),
  constraint external_busy_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES calendars(id) ON DELETE CASCADE,
  constraint external_busy_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE CASCADE
);

create table former_slugs (
  owner_id uuid not null,
  slug citext not null,
  meeting_type_id uuid not null,
  held_until timestamp with time zone not null default (now() + '90 days'::interval),
  created_at timestamp with time zone not null default now(),
  constraint former_slugs_pkey PRIMARY KEY (owner_id, slug),
  constraint former_slugs_meeting_type_id_fkey FOREIGN KEY (meeting_type_id) REFERENCES meeting_types(id) ON DELETE CASCADE,
  constraint former_slugs_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE
);

create table former_usernames (
  username citext not null,
  user_id uuid not null,
  held_until timestamp with time zone not null default (now() + '90 days'::interval),
  created_at timestamp with time zone not null default now(),
  constraint former_usernames_pkey PRIMARY KEY (username),
  constraint former_usernames_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table group_hosts (
  meeting_type_id uuid not null,
  group_position integer not null,
  "position" integer not null,
  host_id uuid not null,
  schedule_id uuid,
  weight integer not null default 1,
  priority integer not null default 0,
  gone_at timestamp with time zone,
  constraint group_hosts_pkey PRIMARY KEY (meeting_type_id, group_position, "position"),
  constraint group_hosts_meeting_type_id_group_position_host_id_key UNIQUE (meeting_type_id, group_position, host_id),
  constraint group_hosts_priority_check CHECK (((priority >= 0) AND (priority <= 100))),
  constraint group_hosts_weight_check CHECK (((weight >= 1) AND (weight <= 100))),
  constraint group_hosts_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint group_hosts_meeting_type_id_group_position_fkey FOREIGN KEY (meeting_type_id, group_position) REFERENCES host_groups(meeting_type_id, "position") ON DELETE CASCADE,
  constraint group_hosts_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE SET NULL
);

create table host_groups (
  meeting_type_id uuid not null,
  "position" integer not null,
  required integer,
  constraint host_groups_pkey PRIMARY KEY (meeting_type_id, "position"),
  constraint host_groups_required_check CHECK ((required > 0)),
  constraint host_groups_meeting_type_id_fkey FOREIGN KEY (meeting_type_id) REFERENCES meeting_types(id) ON DELETE CASCADE
);

create table idempotency_keys (
  scope text not null,
  key text not null,
  fingerprint text not null,
  subject_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint idempotency_keys_pkey PRIMARY KEY (scope, key)
);

create table identities (
  id uuid not null,
  user_id uuid not null,
  provider text not null,
  issuer text not null,
  subject text not null,
  email citext,
  created_at timestamp with time zone not null default now(),
  constraint identities_pkey PRIMARY KEY (id),
  constraint identities_key UNIQUE (provider, issuer, subject),
  constraint identities_provider_check CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text]))),
  constraint identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table link_codes (
  code_hash text not null,
  user_id uuid not null,
  provider text not null,
  issuer text not null,
  subject text not null,
  email citext,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint link_codes_pkey PRIMARY KEY (code_hash),
  constraint link_codes_provider_check CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text]))),
  constraint link_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table mailbox (
  id uuid not null,
  sender text not null,
  recipient text not null,
  subject text not null,
  html text not null,
  text text not null,
  attachments jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  headers jsonb not null default '{}'::jsonb,
  constraint mailbox_pkey PRIMARY KEY (id)
);

create table meeting_type_calendars (
  meeting_type_id uuid not null,
  calendar_id uuid not null,
  checks_conflicts boolean not null,
  is_destination boolean not null,
  created_at timestamp with time zone not null default now(),
  constraint meeting_type_calendars_pkey PRIMARY KEY (meeting_type_id, calendar_id),
  constraint meeting_type_calendars_calendar_id_fkey FOREIGN KEY (calendar_id) REFERENCES calendars(id) ON DELETE CASCADE,
  constraint meeting_type_calendars_meeting_type_id_fkey FOREIGN KEY (meeting_type_id) REFERENCES meeting_types(id) ON DELETE CASCADE
);

create table meeting_types (
  id uuid not null,
  owner_id uuid not null,
  schedule_id uuid,
  title text not null,
  slug citext not null,
  description text,
  duration_minutes integer not null,
  duration_options integer[] not null default '{}'::integer[],
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  slot_interval_minutes integer,
  slot_alignment text not null default 'start'::text,
  minimum_notice_minutes integer not null default 0,
  horizon jsonb not null,
  caps jsonb not null default '[]'::jsonb,
  location_type text not null,
  location_details text,
  notifications jsonb not null,
  reminders jsonb not null default '[]'::jsonb,
  capacity integer not null default 1,
  requires_confirmation boolean not null default false,
  questions jsonb not null default '[]'::jsonb,
  visibility text not null default 'public'::text,
  policies jsonb not null default '{}'::jsonb,
  is_active boolean not null default true,
  archived_at timestamp with time zone,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  organization_id uuid,
  allowed_origins jsonb,
  constraint meeting_types_pkey PRIMARY KEY (id),
  constraint meeting_types_allowed_origins_check CHECK ((jsonb_typeof(allowed_origins) = 'array'::text)),
  constraint meeting_types_buffer_after_minutes_check CHECK (((buffer_after_minutes >= 0) AND (buffer_after_minutes <= 1440))),
  constraint meeting_types_buffer_before_minutes_check CHECK (((buffer_before_minutes >= 0) AND (buffer_before_minutes <= 1440))),
  constraint meeting_types_capacity_check CHECK (((capacity >= 1) AND (capacity <= 1000))),
  constraint meeting_types_duration_minutes_check CHECK (((duration_minutes >= 1) AND (duration_minutes <= 1440))),
  constraint meeting_types_location_type_check CHECK ((location_type = ANY (ARRAY['GOOGLE_MEET'::text, 'MICROSOFT_TEAMS'::text, 'ZOOM'::text, 'PHONE'::text, 'IN_PERSON'::text, 'CUSTOM_LINK'::text]))),
  constraint meeting_types_minimum_notice_minutes_check CHECK (((minimum_notice_minutes >= 0) AND (minimum_notice_minutes <= 525600))),
  constraint meeting_types_slot_alignment_check CHECK ((slot_alignment = ANY (ARRAY['start'::text, 'hour'::text, 'half'::text, 'quarter'::text]))),
  constraint meeting_types_slot_interval_minutes_check CHECK (((slot_interval_minutes >= 5) AND (slot_interval_minutes <= 1440))),
  constraint meeting_types_slug_check CHECK ((slug ~ '^[a-z0-9-]{1,64}$'::citext)),
  constraint meeting_types_title_check CHECK ((title <> ''::text)),
  constraint meeting_types_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'secret'::text]))),
  constraint meeting_types_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id),
  constraint meeting_types_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE,
  constraint meeting_types_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE SET NULL
);

create table notifications (
  id uuid not null,
  user_id uuid not null,
  type text not null,
  is_read boolean not null default false,
  metadata jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  constraint notifications_pkey PRIMARY KEY (id),
  constraint notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table opt_outs (
  host_id uuid not null,
  email citext not null,
  created_at timestamp with time zone not null default now(),
  constraint opt_outs_pkey PRIMARY KEY (host_id, email),
  constraint opt_outs_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE CASCADE
);

create table organization_invitations (
  id uuid not null,
  organization_id uuid not null,
  email citext not null,
  role text not null,
  invited_by uuid,
  version integer not null default 1,
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  accepted_by uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organization_invitations_pkey PRIMARY KEY (id),
  constraint organization_invitations_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text]))),
  constraint organization_invitations_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint organization_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint organization_invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE
);

create table organization_members (
  id uuid not null,
  organization_id uuid not null,
  user_id uuid not null,
  role text not null,
  can_host boolean not null default false,
  added_by uuid,
  consent_version integer not null default 1,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organization_members_pkey PRIMARY KEY (id),
  constraint organization_members_organization_id_user_id_key UNIQUE (organization_id, user_id),
  constraint organization_members_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'member'::text]))),
  constraint organization_members_added_by_fkey FOREIGN KEY (added_by) REFERENCES users(id) ON DELETE SET NULL,
  constraint organization_members_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint organization_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table organizations (
  id uuid not null,
  name text not null,
  owner_id uuid not null,
  version integer not null default 1,
  deleted_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint organizations_pkey PRIMARY KEY (id),
  constraint organizations_name_check CHECK ((name <> ''::text)),
  constraint organizations_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id)
);

create table out_of_office (
  id uuid not null,
  user_id uuid not null,
  from_date date not null,
  until_date date not null,
  reason text,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint out_of_office_pkey PRIMARY KEY (id),
  constraint out_of_office_check CHECK ((from_date <= until_date)),
  constraint out_of_office_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table outbox (
  id uuid not null,
  queue text not null,
  kind text not null,
  booking_id uuid,
  sequence integer,
  attendee_id uuid,
  user_id uuid,
  due_at timestamp with time zone not null default now(),
  attempts integer not null default 0,
  done_at timestamp with time zone,
  outcome text,
  last_error text,
  created_at timestamp with time zone not null default now(),
  member_id uuid,
  invitation_id uuid,
  in_doubt integer not null default 0,
  in_doubt_with text,
  retry_of uuid,
  endpoint_id uuid,
  subject_id uuid,
  version integer,
  replay_of uuid,
  taken_until timestamp with time zone,
  reminds_at timestamp with time zone,
  in_flight_since timestamp with time zone,
  awaits_meeting boolean not null default false,
  launched_at timestamp with time zone,
  constraint outbox_pkey PRIMARY KEY (id),
  constraint outbox_retry_of_key UNIQUE (retry_of),
  constraint outbox_check CHECK (((done_at IS NULL) = (outcome IS NULL))),
  constraint outbox_check1 CHECK (((queue <> 'reminders'::text) OR ((booking_id IS NOT NULL) AND (sequence IS NOT NULL)))),
  constraint outbox_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'superseded'::text, 'failed'::text, 'unwanted'::text]))),
  constraint outbox_queue_check CHECK ((queue = ANY (ARRAY['emails'::text, 'sms'::text, 'reminders'::text, 'calendar-sync'::text, 'webhooks'::text]))),
  constraint outbox_attendee_id_fkey FOREIGN KEY (attendee_id) REFERENCES attendees(id) ON DELETE CASCADE,
  constraint outbox_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint outbox_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id) ON DELETE CASCADE,
  constraint outbox_invitation_id_fkey FOREIGN KEY (invitation_id) REFERENCES organization_invitations(id) ON DELETE SET NULL,
  constraint outbox_member_id_fkey FOREIGN KEY (member_id) REFERENCES organization_members(id) ON DELETE SET NULL,
  constraint outbox_replay_of_fkey FOREIGN KEY (replay_of) REFERENCES outbox(id) ON DELETE CASCADE,
  constraint outbox_retry_of_fkey FOREIGN KEY (retry_of) REFERENCES outbox(id) ON DELETE SET NULL,
  constraint outbox_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create unlogged table rate_limits (
  key character varying(255) not null,
  points integer not null default 0,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);

create table reservations (
  host_id uuid not null,
  reserved tstzrange not null,
  booking_id uuid,
  hold_id uuid,
  expires_at timestamp with time zone,
  constraint no_double_booking EXCLUDE USING gist (host_id WITH =, reserved WITH &&),
  constraint reservations_check CHECK ((num_nonnulls(booking_id, hold_id) = 1)),
  constraint reservations_check1 CHECK (((hold_id IS NULL) OR (expires_at IS NOT NULL))),
  constraint reservations_reserved_check CHECK (((NOT isempty(reserved)) AND lower_inc(reserved) AND (NOT upper_inc(reserved)) AND (NOT upper_inf(reserved)) AND isfinite(lower(reserved)) AND isfinite(upper(reserved)))),
  constraint reservations_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint reservations_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id)
);

create table retention_runs (
  name text not null,
  next_at timestamp with time zone not null,
  constraint retention_runs_pkey PRIMARY KEY (name)
);

create table schedule_hours (
  schedule_id uuid not null,
  "position" integer not null,
  weekday text,
  rrule text,
  opens text not null,
  closes text not null,
  constraint schedule_hours_pkey PRIMARY KEY (schedule_id, "position"),
  constraint schedule_hours_check CHECK ((num_nonnulls(weekday, rrule) = 1)),
  constraint schedule_hours_closes_check CHECK ((closes ~ '^(([01]\d|2[0-3]):[0-5]\d|24:00)$'::text)),
  constraint schedule_hours_opens_check CHECK ((opens ~ '^([01]\d|2[0-3]):[0-5]\d$'::text)),
  constraint schedule_hours_weekday_check CHECK ((weekday = ANY (ARRAY['monday'::text, 'tuesday'::text, 'wednesday'::text, 'thursday'::text, 'friday'::text, 'saturday'::text, 'sunday'::text]))),
  constraint schedule_hours_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE CASCADE
);

create table schedule_overrides (
  schedule_id uuid not null,
  date date not null,
  hours jsonb not null,
  constraint schedule_overrides_pkey PRIMARY KEY (schedule_id, date),
  constraint schedule_overrides_hours_check CHECK ((jsonb_typeof(hours) = 'array'::text)),
  constraint schedule_overrides_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES schedules(id) ON DELETE CASCADE
);

create table schedules (
  id uuid not null,
  user_id uuid not null,
  name text not null,
  time_zone text not null,
  is_default boolean not null default false,
  version integer not null default 1,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  caps jsonb not null default '[]'::jsonb,
  constraint schedules_pkey PRIMARY KEY (id),
  constraint schedules_caps_check CHECK ((jsonb_typeof(caps) = 'array'::text)),
  constraint schedules_name_check CHECK ((name <> ''::text)),
  constraint schedules_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table sessions (
  id uuid not null,
  user_id uuid not null,
  user_agent text,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  generation integer not null default 1,
  refreshed_at timestamp with time zone,
  last_used_at timestamp with time zone not null default now(),
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table sign_in_attempts (
  id uuid not null,
  provider text not null,
  state_hash text not null,
  browser_hash text,
  link_user_id uuid,
  sealed_verifier text not null,
  sealed_nonce text not null,
  return_to text,
  code_challenge text,
  time_zone text,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null default now(),
  constraint sign_in_attempts_pkey PRIMARY KEY (id),
  constraint sign_in_attempts_state_hash_key UNIQUE (state_hash),
  constraint sign_in_attempts_check CHECK (((browser_hash IS NULL) = (link_user_id IS NOT NULL))),
  constraint sign_in_attempts_provider_check CHECK ((provider = ANY (ARRAY['google'::text, 'microsoft'::text]))),
  constraint sign_in_attempts_link_user_id_fkey FOREIGN KEY (link_user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table sign_in_origins (
  user_id uuid not null,
  origin bytea not null,
  seen_at timestamp with time zone not null,
  constraint sign_in_origins_pkey PRIMARY KEY (user_id, origin),
  constraint sign_in_origins_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);

create table sms_opt_outs (
  phone text not null,
  created_at timestamp with time zone not null default now(),
  constraint sms_opt_outs_pkey PRIMARY KEY (phone)
);

create table suppressed_addresses (
  email citext not null,
  reason text not null,
  provider text not null,
  created_at timestamp with time zone not null default now(),
  constraint suppressed_addresses_pkey PRIMARY KEY (email),
  constraint suppressed_addresses_reason_check CHECK ((reason = ANY (ARRAY['bounced'::text, 'complained'::text])))
);

create table users (
  id uuid not null,
  email citext not null,
  email_verified_at timestamp with time zone,
  username citext not null,
  password_hash text,
  password_version integer not null default 1,
  first_name text not null,
  last_name text,
  role text not null default 'member'::text,
  plan text not null default 'FREE'::text,
  status text not null default 'ACTIVE'::text,
  time_zone text not null default 'UTC'::text,
  locale text not null default 'en'::text,
  phone text,
  notification_preferences jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  erase_requested_at timestamp with time zone,
  erased_at timestamp with time zone,
  allowed_origins jsonb,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_key UNIQUE (email),
  constraint users_username_key UNIQUE (username),
  constraint users_allowed_origins_check CHECK ((jsonb_typeof(allowed_origins) = 'array'::text)),
  constraint users_check CHECK (((erased_at IS NULL) OR (erase_requested_at IS NOT NULL))),
  constraint users_check1 CHECK (((erase_requested_at IS NULL) OR (status <> 'ACTIVE'::text))),
  constraint users_first_name_check CHECK ((first_name <> ''::text)),
  constraint users_plan_check CHECK ((plan = ANY (ARRAY['FREE'::text, 'PRO'::text, 'ENTERPRISE'::text]))),
  constraint users_role_check CHECK ((role = ANY (ARRAY['member'::text, 'admin'::text]))),
  constraint users_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'INACTIVE'::text, 'SUSPENDED'::text]))),
  constraint users_username_check CHECK ((username ~ '^[a-z0-9-]{3,32}$'::citext))
);

create table webhook_attempts (
  outbox_id uuid not null,
  attempt integer not null,
  request text not null,
  started_at timestamp with time zone not null,
  duration_ms integer,
  status integer,
  error text,
  response text,
  constraint webhook_attempts_pkey PRIMARY KEY (outbox_id, attempt),
  constraint webhook_attempts_outbox_id_fkey FOREIGN KEY (outbox_id) REFERENCES outbox(id) ON DELETE CASCADE
);

create table webhook_endpoints (
  id uuid not null,
  owner_id uuid,
  organization_id uuid,
  url text not null,
  description text,
  events jsonb not null,
  secret text not null,
  previous_secret text,
  previous_secret_until timestamp with time zone,
  is_active boolean not null default true,
  failing_since timestamp with time zone,
  warned_at timestamp with time zone,
  disabled_at timestamp with time zone,
  disabled_reason text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint webhook_endpoints_pkey PRIMARY KEY (id),
  constraint webhook_endpoints_check CHECK ((num_nonnulls(owner_id, organization_id) = 1)),
  constraint webhook_endpoints_check1 CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL))),
  constraint webhook_endpoints_check2 CHECK (((disabled_at IS NULL) OR (NOT is_active))),
  constraint webhook_endpoints_check3 CHECK (((previous_secret IS NULL) = (previous_secret_until IS NULL))),
  constraint webhook_endpoints_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['gone'::text, 'failing'::text]))),
  constraint webhook_endpoints_events_check CHECK ((jsonb_typeof(events) = 'array'::text)),
  constraint webhook_endpoints_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations(id) ON DELETE CASCADE,
  constraint webhook_endpoints_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users(id) ON DELETE CASCADE
);

create table zoom_meetings (
  booking_id uuid not null,
  host_id uuid,
  asked_at timestamp with time zone,
  meeting_id text,
  url text,
  password text,
  shows text,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  constraint zoom_meetings_pkey PRIMARY KEY (booking_id),
  constraint zoom_meetings_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings(id) ON DELETE CASCADE,
  constraint zoom_meetings_host_id_fkey FOREIGN KEY (host_id) REFERENCES users(id) ON DELETE SET NULL
);

-- Indexes

CREATE INDEX analytics_by_meeting_type ON public.analytics_events USING btree (((metadata ->> 'meetingTypeId'::text)), created_at) WHERE ((metadata ->> 'meetingTypeId'::text) IS NOT NULL);

CREATE INDEX analytics_by_user ON public.analytics_events USING btree (user_id, created_at);

CREATE INDEX idx_analytics_created_at ON public.analytics_events USING btree (created_at, event_type, user_id);

CREATE INDEX idx_analytics_event_type ON public.analytics_events USING btree (event_type, created_at);

CREATE INDEX api_keys_by_user ON public.api_keys USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX attendees_by_booking ON public.attendees USING btree (booking_id);

CREATE INDEX attendees_by_companion ON public.attendees USING btree (brought_by) WHERE (brought_by IS NOT NULL);

CREATE INDEX attendees_by_domain ON public.attendees USING btree (domain_of(email), created_at);

CREATE INDEX attendees_by_email ON public.attendees USING btree (email);

CREATE INDEX attendees_by_erasure ON public.attendees USING btree (erasure_id) WHERE (erasure_id IS NOT NULL);

CREATE INDEX attendees_by_mailbox ON public.attendees USING btree (mailbox_of(email), created_at);

CREATE INDEX attendees_to_come ON public.attendees USING btree (mailbox_of(email), meets_until) WHERE (status = 'ACTIVE'::text);

CREATE INDEX attendees_to_erase ON public.attendees USING btree (erasure_id) WHERE ((erasure_id IS NOT NULL) AND (erased_at IS NULL));

CREATE INDEX audit_by_actor ON public.audit_log USING btree (actor_id, created_at DESC);

CREATE INDEX audit_by_age ON public.audit_log USING btree (created_at);

CREATE INDEX audit_by_subject ON public.audit_log USING btree (subject_id, created_at DESC);

CREATE INDEX booking_history_by_booking ON public.booking_history USING btree (booking_id, version);

CREATE INDEX booking_history_by_guest ON public.booking_history USING btree (actor_id) WHERE (actor_kind = 'guest'::text);

CREATE INDEX booking_hosts_by_host ON public.booking_hosts USING btree (host_id, booking_id);

CREATE INDEX booking_links_by_type ON public.booking_links USING btree (meeting_type_id, created_at, id);

CREATE INDEX bookings_by_host_made ON public.bookings USING btree (host_id, created_at);

CREATE INDEX bookings_by_link ON public.bookings USING btree (link_id) WHERE (link_id IS NOT NULL);

CREATE INDEX bookings_by_type ON public.bookings USING btree (meeting_type_id, lower(during));

CREATE INDEX bookings_by_type_made ON public.bookings USING btree (meeting_type_id, created_at);

CREATE INDEX bookings_to_complete ON public.bookings USING btree (upper(during)) WHERE (status = 'CONFIRMED'::text);

CREATE INDEX bookings_to_expire ON public.bookings USING btree (expires_at) WHERE (status = 'PENDING'::text);

CREATE INDEX bookings_to_forget ON public.bookings USING btree (upper(during)) WHERE ((forgotten_at IS NULL) AND (meeting_type_id IS NOT NULL));

CREATE UNIQUE INDEX one_seated_meeting ON public.bookings USING btree (meeting_type_id, lower(during)) WHERE ((capacity > 1) AND (status = ANY (ARRAY['PENDING'::text, 'CONFIRMED'::text])));

CREATE INDEX calendar_attempts_by_end ON public.calendar_attempts USING btree (expires_at);

CREATE INDEX calendar_attempts_by_user ON public.calendar_attempts USING btree (user_id);

CREATE INDEX calendar_channels_by_calendar ON public.calendar_channels USING btree (calendar_id);

CREATE INDEX calendar_channels_by_end ON public.calendar_channels USING btree (expires_at);

CREATE INDEX calendar_channels_to_close ON public.calendar_channels USING btree (close_at) WHERE (close_at IS NOT NULL);

CREATE INDEX calendar_connections_by_account ON public.calendar_connections USING btree (provider, account_id);

CREATE INDEX calendar_connections_by_user ON public.calendar_connections USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX calendar_events_ahead ON public.calendar_events USING btree (calendar_id, upper(during));

CREATE UNIQUE INDEX calendar_events_by_external_id ON public.calendar_events USING btree (calendar_id, external_id);

CREATE INDEX calendar_events_by_host ON public.calendar_events USING btree (host_id);

CREATE INDEX calendar_feeds_by_user ON public.calendar_feeds USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX calendar_revocations_by_age ON public.calendar_revocations USING btree (created_at);

CREATE INDEX calendar_runs_by_calendar ON public.calendar_runs USING btree (calendar_id) WHERE (calendar_id IS NOT NULL);

CREATE INDEX calendar_runs_by_host ON public.calendar_runs USING btree (host_id);

CREATE INDEX calendars_by_owner ON public.calendars USING btree (user_id);

CREATE INDEX calendars_failing ON public.calendars USING btree (failing_since) WHERE (failing_since IS NOT NULL);

CREATE INDEX calendars_to_poll ON public.calendars USING btree (poll_at) WHERE (poll_at IS NOT NULL);

CREATE INDEX calendars_to_watch ON public.calendars USING btree (channel_at) WHERE (channel_at IS NOT NULL);

CREATE UNIQUE INDEX one_destination ON public.calendars USING btree (user_id) WHERE is_destination;

CREATE INDEX deliveries_by_provider ON public.deliveries USING btree (provider, provider_id);

CREATE INDEX deliveries_by_time ON public.deliveries USING brin (created_at) WITH (pages_per_range='16', autosummarize='on');

CREATE INDEX email_changes_by_user ON public.email_changes USING btree (user_id);

CREATE INDEX email_changes_held ON public.email_changes USING btree (email) WHERE ((undone_at IS NULL) AND was_verified);

CREATE INDEX erasures_to_complete ON public.erasures USING btree (requested_at) WHERE (completed_at IS NULL);

CREATE UNIQUE INDEX one_open_erasure ON public.erasures USING btree (email) WHERE ((scope = 'address'::text) AND (completed_at IS NULL));

CREATE INDEX exchange_codes_by_end ON public.exchange_codes USING btree (expires_at);

CREATE INDEX external_busy_by_end ON public.external_busy USING btree (upper(during));

CREATE INDEX external_busy_by_host ON public.external_busy USING gist (host_id, during);

CREATE INDEX former_slugs_by_type ON public.former_slugs USING btree (meeting_type_id);

CREATE INDEX former_usernames_by_user ON public.former_usernames USING btree (user_id);

CREATE INDEX group_hosts_by_host ON public.group_hosts USING btree (host_id);

CREATE INDEX group_hosts_by_schedule ON public.group_hosts USING btree (schedule_id);

CREATE INDEX idempotency_keys_by_age ON public.idempotency_keys USING btree (created_at);

CREATE INDEX identities_by_user ON public.identities USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX link_codes_by_end ON public.link_codes USING btree (expires_at);

CREATE INDEX mailbox_by_time ON public.mailbox USING btree (created_at DESC, id DESC);

CREATE INDEX meeting_type_calendars_by_calendar ON public.meeting_type_calendars USING btree (calendar_id);

CREATE INDEX meeting_types_by_organization ON public.meeting_types USING btree (organization_id, created_at, id) WHERE (organization_id IS NOT NULL);

CREATE INDEX meeting_types_by_owner ON public.meeting_types USING btree (owner_id, created_at, id);

CREATE INDEX meeting_types_by_schedule ON public.meeting_types USING btree (schedule_id);

CREATE UNIQUE INDEX one_slug_per_owner ON public.meeting_types USING btree (owner_id, slug) WHERE (archived_at IS NULL);

CREATE INDEX idx_notifications_user_unread ON public.notifications USING btree (user_id, is_read);

CREATE INDEX notifications_by_age ON public.notifications USING btree (is_read, created_at);

CREATE INDEX notifications_by_booking ON public.notifications USING btree (((metadata ->> 'bookingId'::text))) WHERE ((metadata ->> 'bookingId'::text) IS NOT NULL);

CREATE INDEX notifications_by_user ON public.notifications USING btree (user_id, is_read, created_at DESC, id DESC);

CREATE UNIQUE INDEX one_delivery_warning ON public.notifications USING btree (user_id, ((metadata ->> 'bookingId'::text)), ((metadata ->> 'email'::text))) WHERE (type = 'DELIVERY_FAILED'::text);

CREATE UNIQUE INDEX one_event_warning ON public.notifications USING btree (user_id, ((metadata ->> 'bookingId'::text)), ((metadata ->> 'reason'::text))) WHERE (type = 'CALENDAR_EVENT_FAILED'::text);

CREATE UNIQUE INDEX one_provider_warning ON public.notifications USING btree (user_id, ((metadata ->> 'provider'::text)), ((metadata ->> 'day'::text))) WHERE (type = 'MAIL_PROVIDER_REFUSES'::text);

CREATE UNIQUE INDEX one_sms_warning ON public.notifications USING btree (user_id, ((metadata ->> 'bookingId'::text)), ((metadata ->> 'phone'::text))) WHERE (type = 'DELIVERY_FAILED'::text);

CREATE UNIQUE INDEX one_open_invitation ON public.organization_invitations USING btree (organization_id, email) WHERE (accepted_at IS NULL);

CREATE INDEX organization_invitations_by_time ON public.organization_invitations USING btree (organization_id, created_at, id);

CREATE INDEX organization_members_by_time ON public.organization_members USING btree (organization_id, created_at, id);

CREATE INDEX organization_members_by_user ON public.organization_members USING btree (user_id, organization_id);

CREATE INDEX organizations_by_owner ON public.organizations USING btree (owner_id);

CREATE INDEX out_of_office_by_user ON public.out_of_office USING btree (user_id, created_at, id);

CREATE UNIQUE INDEX one_sync_per_calendar ON public.outbox USING btree (subject_id) WHERE ((queue = 'calendar-sync'::text) AND (kind = 'calendar.sync'::text) AND (done_at IS NULL));

CREATE UNIQUE INDEX one_webhook_per_reminder ON public.outbox USING btree (endpoint_id, booking_id, sequence, reminds_at) WHERE ((endpoint_id IS NOT NULL) AND (reminds_at IS NOT NULL));

CREATE INDEX open_calendar_promises ON public.outbox USING btree (subject_id) WHERE ((queue = 'calendar-sync'::text) AND (done_at IS NULL));

CREATE INDEX outbox_by_attendee ON public.outbox USING btree (attendee_id) WHERE (attendee_id IS NOT NULL);

CREATE INDEX outbox_by_booking ON public.outbox USING btree (booking_id) WHERE (booking_id IS NOT NULL);

CREATE INDEX outbox_by_endpoint ON public.outbox USING btree (endpoint_id, created_at DESC, id DESC) WHERE (endpoint_id IS NOT NULL);

CREATE INDEX outbox_by_invitation ON public.outbox USING btree (invitation_id) WHERE (invitation_id IS NOT NULL);

CREATE INDEX outbox_by_member ON public.outbox USING btree (member_id) WHERE (member_id IS NOT NULL);

CREATE INDEX outbox_by_replay ON public.outbox USING btree (replay_of) WHERE (replay_of IS NOT NULL);

CREATE INDEX outbox_by_user ON public.outbox USING btree (user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX outbox_calendar_lanes ON public.outbox USING btree (COALESCE(user_id, subject_id), kind DESC, due_at, id) WHERE ((queue = 'calendar-sync'::text) AND (done_at IS NULL));

CREATE INDEX outbox_calendar_taken ON public.outbox USING btree (COALESCE(user_id, subject_id), taken_until) WHERE ((queue = 'calendar-sync'::text) AND (done_at IS NULL) AND (taken_until IS NOT NULL));

CREATE INDEX outbox_done_by_age ON public.outbox USING btree (created_at) WHERE (done_at IS NOT NULL);

CREATE INDEX outbox_due ON public.outbox USING btree (queue, due_at, id) WHERE (done_at IS NULL);

CREATE INDEX outbox_failed ON public.outbox USING btree (created_at, id) INCLUDE (queue, done_at) WHERE (outcome = 'failed'::text);

CREATE INDEX outbox_in_order ON public.outbox USING btree (endpoint_id, booking_id, version) WHERE ((queue = 'webhooks'::text) AND (done_at IS NULL) AND (booking_id IS NOT NULL));

CREATE INDEX outbox_lanes ON public.outbox USING btree (endpoint_id, due_at, id) WHERE ((queue = 'webhooks'::text) AND (done_at IS NULL));

CREATE INDEX outbox_retrying ON public.outbox USING btree (created_at, id) WHERE ((done_at IS NULL) AND (last_error IS NOT NULL));

CREATE INDEX outbox_taken ON public.outbox USING btree (endpoint_id, taken_until) WHERE ((queue = 'webhooks'::text) AND (done_at IS NULL) AND (taken_until IS NOT NULL));

CREATE UNIQUE INDEX one_hold_per_host ON public.reservations USING btree (hold_id, host_id) WHERE (hold_id IS NOT NULL);

CREATE UNIQUE INDEX one_reservation_per_host ON public.reservations USING btree (booking_id, host_id) WHERE (booking_id IS NOT NULL);

CREATE UNIQUE INDEX one_default_schedule ON public.schedules USING btree (user_id) WHERE is_default;

CREATE INDEX schedules_by_user ON public.schedules USING btree (user_id, created_at, id);

CREATE INDEX sessions_by_end ON public.sessions USING btree (expires_at);

CREATE INDEX sessions_by_user ON public.sessions USING btree (user_id);

CREATE INDEX sign_in_attempts_by_end ON public.sign_in_attempts USING btree (expires_at);

CREATE INDEX users_newest ON public.users USING btree (created_at DESC, id DESC);

CREATE INDEX users_not_active ON public.users USING btree (id) WHERE (status <> 'ACTIVE'::text);

CREATE INDEX users_to_erase ON public.users USING btree (erase_requested_at) WHERE ((erase_requested_at IS NOT NULL) AND (erased_at IS NULL));

CREATE INDEX webhook_attempts_by_start ON public.webhook_attempts USING btree (started_at);

CREATE INDEX webhook_endpoints_by_organization ON public.webhook_endpoints USING btree (organization_id) WHERE (organization_id IS NOT NULL);

CREATE INDEX webhook_endpoints_by_owner ON public.webhook_endpoints USING btree (owner_id, created_at DESC, id DESC);

CREATE INDEX zoom_meetings_by_host ON public.zoom_meetings USING btree (host_id) WHERE (host_id IS NOT NULL);

-- Functions

CREATE OR REPLACE FUNCTION public.admit(p_type uuid, p_version integer, p_during tstzrange, p_reserved tstzrange, p_groups jsonb, p_caps jsonb, p_instead_of uuid, p_shared boolean, p_now timestamp with time zone, p_stays boolean DEFAULT false)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  minutes numeric := extract(epoch from upper(p_during) - lower(p_during)) / 60;
  everyone uuid[];
  freed uuid := case when p_stays then null else p_instead_of end;
  wanted record;
  host uuid;
  found int;
  capped int;
  chosen uuid[];
begin
  -- a cap of the type and its seats concern bookings of other hosts too: its lock comes before theirs, for everybody
  if p_shared or exists (select from jsonb_array_elements(p_caps) c where c ->> 'host' is null) then
    perform pg_advisory_xact_lock(hashtextextended(p_type::text, 0));
  end if;
  everyone := array(
    select h::uuid from jsonb_array_elements(p_groups) g, jsonb_array_elements_text(g -> 'hosts') h
    union select host_id from reservations where booking_id = p_instead_of or hold_id = p_instead_of
    order by 1);
  perform lock_hosts(everyone);
  if p_type is not null and not exists
    (select from meeting_types where id = p_type and version = p_version
      and (exists (select from bookings where id = p_instead_of) or (is_active and archived_at is null)))
  then
    perform refuse('facts_changed');
  end if;
  if p_shared then
    select array_agg(h.host_id) into chosen
    from bookings b join booking_hosts h on h.booking_id = b.id
    where b.meeting_type_id = p_type and lower(b.during) = lower(p_during) and b.capacity > 1
      and b.status in ('PENDING', 'CONFIRMED');
    if chosen is not null then
      return chosen;
    end if;
  end if;
  foreach host in array everyone loop
    -- what the caller replaces is the caller's to delete: one statement cannot delete a row twice
    delete from reservations where host_id = host and reserved && p_reserved and expires_at <= p_now
      and coalesce(booking_id, hold_id) is distinct from freed;
  end loop;
  if is_capped(p_caps, null, p_type, minutes, freed, p_now) then
    perform refuse('cap_reached');
  end if;
  chosen := '{}';
  for wanted in select * from jsonb_to_recordset(p_groups) as g(hosts uuid[], required int) loop
    found := 0;
    capped := 0;
    if cardinality(wanted.hosts) > wanted.required then
      wanted.hosts := in_turn(p_type, wanted.hosts, p_instead_of, p_now);
    end if;
    foreach host in array wanted.hosts loop
      exit when found = wanted.required;
      continue when host = any (chosen) or exists (
        select from reservations where host_id = host and reserved && p_reserved
          and coalesce(booking_id, hold_id) is distinct from freed);
      if is_capped(p_caps, host, p_type, minutes, freed, p_now) then
        capped := capped + 1;
        continue;
      end if;
      chosen := chosen || host;
      found := found + 1;
    end loop;
    if found < wanted.required then
      perform refuse(case when cardinality(wanted.hosts) - capped < wanted.required then 'cap_reached' else 'slot_taken' end);
    end if;
  end loop;
  return chosen;
end $function$;

CREATE OR REPLACE FUNCTION public.admit_erasure(p_user uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform lock_user(p_user, null, '{"status": "INACTIVE"}');
  if exists (select from organizations where owner_id = p_user and deleted_at is null) then
    perform refuse('owner_stays');
  end if;
  return exists (select from users where id = p_user and status = 'ACTIVE' and erase_requested_at is null);
end $function$;

CREATE OR REPLACE FUNCTION public.admit_guests(p_type uuid, p_guests jsonb, p_most_open integer, p_most_per_day integer, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  hosts uuid[];
  most int;
  booker text := mailbox_of((p_guests -> 0 ->> 'email')::citext);
  mailboxes text[];
  mailbox text;
begin
  select array_agg(g.host_id) || t.owner_id, (t.policies ->> 'maxActivePerGuest')::int into hosts, most
  from meeting_types t left join group_hosts g on g.meeting_type_id = t.id where t.id = p_type group by t.id;
  -- most hosts block nobody, and then no address need be taken apart
  if exists (select from blocked_guests where user_id = any (hosts)) and exists (
    -- an address is blocked as it is, without its +tag, by its domain, and by every domain above that
    select from jsonb_array_elements(p_guests) g,
      lateral (select g ->> 'email' as email, split_part(g ->> 'email', '@', 1) as name,
        split_part(g ->> 'email', '@', 2) as domain) a,
      lateral (select string_to_array(a.domain, '.') as labels) d,
      lateral (select a.email union all select split_part(a.name, '+', 1) || '@' || a.domain
        union all select array_to_string(d.labels[i:], '.') from generate_subscripts(d.labels, 1) i) p(pattern)
    join blocked_guests b on b.user_id = any (hosts) and b.pattern = p.pattern::citext)
  then
    perform refuse('guest_blocked');
  end if;
  if most is null and p_most_open is null and p_most_per_day is null then
    return true;
  end if;
  -- in one order, for everybody
  mailboxes := array(select distinct mailbox_of((g ->> 'email')::citext) from jsonb_array_elements(p_guests) g order by 1);
  foreach mailbox in array mailboxes loop
    perform pg_advisory_xact_lock(hashtextextended('guest ' || mailbox, 0));
  end loop;
  if most <= (
    -- each looked up by itself: a join may be planned to begin with all that is confirmed, of everybody
    select count(*) from attendees a
    where mailbox_of(a.email) = booker and a.status = 'ACTIVE' and a.meets_until > p_now and a.brought_by is null and (
      select b.meeting_type_id = p_type and lower(b.during) > p_now
        and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now))
      from bookings b where b.id = a.booking_id))
  then
    perform refuse('too_many_active');
  end if;
  foreach mailbox in array mailboxes loop
    if p_most_per_day <= (
      select count(*) from attendees a
      where mailbox_of(a.email) = mailbox and a.created_at > p_now - interval '24 hours')
    then
      perform refuse('too_many_today');
    end if;
    if p_most_open <= (
      select count(*) from attendees a
      where mailbox_of(a.email) = mailbox and a.status = 'ACTIVE' and a.meets_until > p_now and (
        select lower(b.during) > p_now
          and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now))
        from bookings b where b.id = a.booking_id))
    then
      perform refuse('too_many_open');
    end if;
  end loop;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.ask_of_drift()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  kind text := 'CALENDAR_EVENT_' || upper(new.drift);
begin
  if new.drift is null then
    -- answered, one way or another
    update notifications set is_read = true
    where user_id = old.host_id and not is_read and metadata ->> 'bookingId' = old.booking_id::text
      and type in ('CALENDAR_EVENT_MOVED', 'CALENDAR_EVENT_DELETED');
    return null;
  end if;
  update notifications set type = kind, is_read = false,
    metadata = event_facts(new.booking_id) || jsonb_strip_nulls(jsonb_build_object('to', lower(new.drifted_to)))
  where old.drift is not null and id = (
    select id from notifications
    where user_id = new.host_id and metadata ->> 'bookingId' = new.booking_id::text
      and type in ('CALENDAR_EVENT_MOVED', 'CALENDAR_EVENT_DELETED')
    order by created_at desc, id desc limit 1);
  if not found then
    insert into notifications (id, user_id, type, metadata, created_at)
    values (gen_random_uuid(), new.host_id, kind,
      event_facts(new.booking_id) || jsonb_strip_nulls(jsonb_build_object('to', lower(new.drifted_to))), new.drifted_at);
  end if;
  if old.drift is distinct from new.drift then
    insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
    values (gen_random_uuid(), 'emails', kind, new.booking_id, new.host_id, new.drifted_at + interval '2 minutes', new.drifted_at);
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.availability_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_availability(array(select (to_jsonb(c) ->> tg_argv[0])::uuid from changed c));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.availability_state(p_type uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select md5(t.version || ' ' || t.xmin || ' ' || (
    select string_agg(h.host_id || ':' || coalesce(v.version, 0), ' ' order by h.host_id)
    from (select host_id from group_hosts where meeting_type_id = t.id union select t.owner_id) h
    left join availability_versions v using (host_id)))
  from meeting_types t where t.id = p_type
$function$;

CREATE OR REPLACE FUNCTION public.busy_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_availability(array(
    select distinct c.host_id from changed c join was w using (calendar_id, external_id, during)
    where (c.host_id, c.kind) is distinct from (w.host_id, w.kind)));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.busy_elsewhere(p_host uuid, p_type uuid, p_span tstzrange)
 RETURNS TABLE(span tstzrange, kind integer)
 LANGUAGE plpgsql
 STABLE
AS $function$
declare
  counting uuid[];
  tentative uuid[];
  is_unknown boolean;
begin
  with own as (
    select c.id, m.checks_conflicts as of_type, c.checks_conflicts as of_all, c.blocks_tentative, c.when_unreachable,
      c.failing_since is not null or n.status = 'needs_reauth' as is_failing, c.synced is null as is_new,
      bool_or(m.calendar_id is not null) over () as is_chosen
    from calendars c join calendar_connections n on n.id = c.connection_id
      left join meeting_type_calendars m on m.calendar_id = c.id and m.meeting_type_id = p_type
    where c.user_id = p_host
  ), checked as (
    select * from own where case when is_chosen then of_type else of_all end
  )
  select array_agg(id) filter (where not is_failing or when_unreachable = 'keep'),
    array_agg(id) filter (where blocks_tentative), bool_or((is_failing or is_new) and when_unreachable = 'busy')
  into counting, tentative, is_unknown
  from checked;
  if is_unknown then
    return query select p_span, 3;
  elsif counting is not null then
    return query
      select unnest(range_agg(b.during)), 2 from external_busy b
      where b.host_id = p_host and b.during && p_span and b.calendar_id = any (counting)
        and (b.kind <> 'tentative' or b.calendar_id = any (tentative));
  end if;
end $function$;

CREATE OR REPLACE FUNCTION public.calendar_choice_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_availability(array(
    select c.user_id from changed c join was w using (id)
    where (c.checks_conflicts, c.blocks_tentative, c.when_unreachable)
        is distinct from (w.checks_conflicts, w.blocks_tentative, w.when_unreachable)
      or (c.when_unreachable <> 'keep'
        and (c.failing_since is null, c.synced is null) is distinct from (w.failing_since is null, w.synced is null))));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.calendar_hosts(p_booking uuid, p_type uuid, p_also jsonb)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $function$
  select host_id from calendar_events where booking_id = p_booking
  union
  select h.id from (
    select host_id as id from booking_hosts where booking_id = p_booking
    union select h::uuid from jsonb_array_elements_text(case jsonb_typeof(p_also) when 'array' then p_also end) h
  ) h where destination_calendar(p_type, h.id) is not null
$function$;

CREATE OR REPLACE FUNCTION public.calendar_in_use(p_calendar uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select from calendars c where c.id = p_calendar and (c.checks_conflicts or c.is_destination))
  or exists (
    select from meeting_type_calendars m where m.calendar_id = p_calendar and (m.checks_conflicts or m.is_destination))
$function$;

CREATE OR REPLACE FUNCTION public.calendar_place(p_calendar uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('calendarId', c.id, 'externalId', c.external_id, 'name', c.name, 'conferences', c.conferences,
    'connectionId', n.id, 'provider', n.provider, 'status', n.status)
  from calendars c join calendar_connections n on n.id = c.connection_id where c.id = p_calendar
$function$;

CREATE OR REPLACE FUNCTION public.calendar_recovered()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform from calendar_connections where id = new.connection_id and status in ('stale', 'error') for update;
  if found and not exists (
    select from calendars where connection_id = new.connection_id and failing_since is not null)
  then
    update calendar_connections set status = 'ok', failing_since = null, last_error = null, told_at = null
    where id = new.connection_id;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.calendar_room(p_kind text, p_user uuid, p_most integer)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('calendar ' || p_kind || ' ' || p_user, 0));
  if p_most <= (case p_kind
    when 'account' then (select count(*) from calendar_connections where user_id = p_user)
    when 'feed' then (select count(*) from calendar_feeds where user_id = p_user)
  end) then
    raise exception using errcode = 'KA001', message = 'calendar_limit';
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.card_state(p_host uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(string_agg(mark::text, ' ' order by mark), '') from card_marks where host_id = p_host
$function$;

CREATE OR REPLACE FUNCTION public.choose_calendars(p_user uuid, p_connection uuid, p_wishes jsonb, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  chosen uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('calendars ' || p_user, 0));
  select c.id into chosen from jsonb_to_recordset(p_wishes) as w("id" uuid, "isDestination" boolean)
    join calendars c on c.id = w.id
    where c.user_id = p_user and c.connection_id = p_connection and c.can_write and w."isDestination" limit 1;
  update calendars set is_destination = false
    where user_id = p_user and is_destination and id <> chosen;
  update calendars c set checks_conflicts = coalesce(w."checksConflicts", c.checks_conflicts),
    is_destination = coalesce(w."isDestination" and c.can_write, c.is_destination),
    blocks_tentative = coalesce(w."blocksTentative", c.blocks_tentative),
    keeps_titles = coalesce(w."keepsTitles", c.keeps_titles),
    when_unreachable = coalesce(w."whenUnreachable", c.when_unreachable),
    -- titles come by reading everything again
    cursor = case when w."keepsTitles" and not c.keeps_titles then null else c.cursor end
    from jsonb_to_recordset(p_wishes) as w("id" uuid, "checksConflicts" boolean, "isDestination" boolean,
      "blocksTentative" boolean, "keepsTitles" boolean, "whenUnreachable" text)
    where c.id = w.id and c.user_id = p_user and c.connection_id = p_connection;
  return settle_calendars(p_user, p_now);
end $function$;

CREATE OR REPLACE FUNCTION public.connection_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if old.status = 'needs_reauth' then
    update calendars set poll_at = '-infinity', channel_at = '-infinity' where connection_id = new.id;
  end if;
  perform raise_availability(array[new.user_id]);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.count_holds(p_hosts uuid[], p_span tstzrange, p_except uuid, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
AS $function$
  select coalesce(max(held.n), 0)::int from unnest(p_hosts) h(host_id) cross join lateral (
    select count(*) as n from reservations r
    where r.host_id = h.host_id and r.reserved && p_span and r.hold_id is not null and r.hold_id is distinct from p_except
      and r.expires_at > p_now) held
$function$;

CREATE OR REPLACE FUNCTION public.count_invited(p_organization uuid, p_actor uuid, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
begin
  return (
    select greatest(
      (select count(*) from audit_log where subject_id = p_organization and created_at > p_now - interval '24 hours'
        and action in ('ORG_MEMBER_ADDED', 'ORG_INVITED')),
      (select count(*) from audit_log where actor_id = p_actor and created_at > p_now - interval '24 hours'
        and action in ('ORG_MEMBER_ADDED', 'ORG_INVITED'))));
end $function$;

CREATE OR REPLACE FUNCTION public.delivery_rank(status text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select array_position(array['sent', 'deferred', 'delivered', 'failed', 'bounced', 'complained'], status)
$function$;

CREATE OR REPLACE FUNCTION public.destination_calendar(p_type uuid, p_user uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select case when exists (
      select from meeting_type_calendars m join calendars c on c.id = m.calendar_id
      where m.meeting_type_id = p_type and c.user_id = p_user)
    then (select c.id from meeting_type_calendars m join calendars c on c.id = m.calendar_id
      where m.meeting_type_id = p_type and c.user_id = p_user and m.is_destination and c.can_write order by c.id limit 1)
    else (select c.id from calendars c where c.user_id = p_user and c.is_destination) end
$function$;

CREATE OR REPLACE FUNCTION public.domain_of(p_email citext)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select lower(split_part(p_email::text, '@', 2))
$function$;

CREATE OR REPLACE FUNCTION public.end_calendar_connections(p_user uuid, p_connection uuid, p_now timestamp with time zone)
 RETURNS SETOF uuid
 LANGUAGE sql
AS $function$
  with gone as (
    delete from calendar_connections c where c.user_id = p_user and (p_connection is null or c.id = p_connection)
    returning c.id, c.provider, c.account_id, c.credentials
  ), pushed as (
    select c.connection_id, jsonb_agg(jsonb_build_object('externalId', h.external_id, 'resourceId', h.resource_id)) as channels
    from gone join calendars c on c.connection_id = gone.id join calendar_channels h on h.calendar_id = c.id
    group by c.connection_id
  ), set_aside as (
    insert into calendar_revocations (id, provider, account_id, credentials, channels, created_at)
    select gone.id, gone.provider, gone.account_id, gone.credentials, coalesce(pushed.channels, '[]'), p_now
    from gone left join pushed on pushed.connection_id = gone.id
    -- Microsoft has nothing to withdraw by an app, and the others gave us nothing
    where gone.provider = 'google' or pushed.channels is not null
    returning id
  ), promised as (
    insert into outbox (id, queue, kind, subject_id, due_at, created_at)
    select gen_random_uuid(), 'calendar-sync', 'calendar.revoke', id, p_now, p_now from set_aside
  ), closed as (
    update outbox o set done_at = p_now, outcome = 'superseded'
    from gone join calendars c on c.connection_id = gone.id
    where o.queue = 'calendar-sync' and o.kind = 'calendar.sync' and o.subject_id = c.id and o.done_at is null
  )
  select id from gone
$function$;

CREATE OR REPLACE FUNCTION public.event_facts(p_booking uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select jsonb_build_object('bookingId', b.id, 'title', b.title, 'start', lower(b.during), 'guest',
      -- of several guests none
      (select case when count(*) = 1 then min(name) end from attendees a
        where a.booking_id = b.id and a.status = 'ACTIVE' and a.brought_by is null))
    || case when b.meeting_type_id is null then '{"isPersonal": true}' else '{}' end::jsonb
  from bookings b where b.id = p_booking
$function$;

CREATE OR REPLACE FUNCTION public.flooded_hosts(p_hosts uuid[], p_guests jsonb, p_now timestamp with time zone)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  booker citext := p_guests -> 0 ->> 'email';
  host uuid;
  flooded uuid[] := '{}';
  of_mailbox int;
  of_domain int;
begin
  foreach host in array p_hosts loop
    -- a domain that everybody writes from sends many to others: the newest are enough to look at
    select count(*) filter (where mailbox_of(email) = mailbox_of(booker)), count(*) into of_mailbox, of_domain
    from (
      select a.booking_id, a.email from attendees a
      where domain_of(a.email) = domain_of(booker) and a.created_at > p_now - interval '1 hour' and a.brought_by is null
      order by a.created_at desc limit 200) newest
    -- each looked up by itself, not among all that the host ever had
    where (select true from booking_hosts h where h.booking_id = newest.booking_id and h.host_id = host);
    if (of_mailbox >= 4 or of_domain >= 14) and not exists (
      select from notifications n
      where n.user_id = host and n.type = 'BOOKINGS_FLOOD' and n.created_at > p_now - interval '1 hour')
    then
      flooded := flooded || host;
    end if;
  end loop;
  return flooded;
end $function$;

CREATE OR REPLACE FUNCTION public.forget_guests(p_attendees uuid[], p_bookings uuid[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  party uuid[];
  names text[];
  met uuid[];
  empty uuid[];
begin
  select array_agg(id), array_agg(name) into party, names from (
    select id, name from attendees
    where (id = any (p_attendees) or brought_by = any (p_attendees)) and erased_at is null
    order by id for update) as locked;
  party := coalesce(party, '{}');
  -- also where they sat before they moved
  met := array(
    select booking_id from attendees where id = any (party)
    union select booking_id from booking_history where actor_kind = 'guest' and actor_id = any (party)
    union select unnest(p_bookings));
  -- a meeting goes on without whom somebody else brought along
  update bookings b set seats_taken = b.seats_taken - gone.people, version = b.version + 1
  from (select a.booking_id, count(*)::int as people from attendees a
    where a.id = any (party) and a.brought_by is not null and a.brought_by <> all (party) and a.status = 'ACTIVE'
    group by a.booking_id) as gone
  where b.id = gone.booking_id and b.capacity > 1 and b.status in ('PENDING', 'CONFIRMED');
  update attendees a set name = 'Erased guest', email = a.id || '@erased.invalid', phone = null, sms_opt_in = false, answers = '[]',
    time_zone = 'UTC', locale = 'en', token_version = a.token_version + 1, erased_at = p_now,
    status = case when b.status in ('PENDING', 'CONFIRMED') and a.brought_by <> all (party)
      then 'CANCELLED' else a.status end
  from bookings b where a.id = any (party) and b.id = a.booking_id;
  empty := array(
    select b.id from bookings b where b.id = any (met)
      and not exists (select from attendees a where a.booking_id = b.id and a.erased_at is null)
    order by b.id for update);
  update bookings b set notes = null, host_notes = null, cancel_reason = null, tracking = '{}',
    title = coalesce((select t.title from meeting_types t where t.id = b.meeting_type_id), 'Meeting'),
    location = jsonb_build_object('type', b.location -> 'type', 'url', null, 'meetingId', null, 'password', null, 'details', null),
    version = b.version + 1, forgotten_at = coalesce(b.forgotten_at, p_now)
  where b.id = any (empty);
  -- who booked first brought the traces of how he came
  update bookings set tracking = '{}', version = version + 1
  where id = any (met) and id <> all (empty) and tracking <> '{}';
  update booking_history h set reason = null,
    was = case when h.booking_id = any (empty) then without_words(h.was) else h.was end
  where h.booking_id = any (met)
    and (h.booking_id = any (empty) or h.actor_kind = 'guest' and h.actor_id = any (party))
    and (h.reason is not null or h.was is not null);
  update notifications n set metadata = n.metadata - 'told' - 'email' - 'phone' - 'domain'
    || case when n.metadata ? 'guest' then '{"guest": null}' else '{}' end::jsonb
    || case when n.metadata ? 'by' then '{"by": null}' else '{}' end::jsonb
    || case when n.metadata ? 'title' then jsonb_build_object('title', b.title) else '{}' end
  from bookings b
  where b.id = any (met) and n.metadata ->> 'bookingId' = b.id::text
    and (b.id = any (empty) or n.metadata ->> 'guest' = any (names) or n.metadata ->> 'by' = any (names)
      or n.metadata ?| '{told,email,phone,domain}');
  delete from mailbox where id in (select id from outbox where booking_id = any (met));
  -- what providers and endpoints answered may repeat what they were told
  update deliveries set detail = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and detail is not null;
  update webhook_attempts set response = null, error = null
  where outbox_id in (select id from outbox where booking_id = any (met)) and (response is not null or error is not null);
  update outbox set last_error = null where booking_id = any (met) and last_error is not null;
  -- whoever is nobody has no address
  update outbox set done_at = p_now, outcome = 'superseded'
  where attendee_id = any (party) and user_id is null and done_at is null;
  return cardinality(party);
end $function$;

CREATE OR REPLACE FUNCTION public.forget_seen_event()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.seen_generation := null;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.give_link(p_booking uuid, p_old text, p_place jsonb, p_from uuid, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  b record;
  is_told boolean;
  promised int;
begin
  update bookings set location = location || p_place
  where id = p_booking and status = 'CONFIRMED' and (location ->> 'url' is null or location ->> 'url' = p_old)
    and lacks_link(location || '{"url": null}')
    and location is distinct from location || p_place
  returning id, meeting_type_id, sequence into b;
  if not found then
    perform release_mails(p_booking, p_now);
    return 0;
  end if;
  is_told := exists (select from outbox o where o.booking_id = p_booking and o.queue = 'emails' and o.sequence = b.sequence
    and names_link(o.kind) and case when o.done_at is null then o.attempts > 0 else o.outcome = 'done' end);
  if is_told then
    update bookings set sequence = sequence + 1 where id = p_booking;
    update outbox set sequence = b.sequence + 1
    where booking_id = p_booking and done_at is null and sequence = b.sequence
      and (queue in ('reminders', 'sms') or kind in ('BOOKING_REMINDER', 'BOOKING_FOLLOW_UP') or awaits_meeting);
    insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
    select gen_random_uuid(), 'emails', 'BOOKING_LINK', p_booking, b.sequence + 1, told.attendee_id, told.user_id, p_now, p_now
    from (select a.id as attendee_id, null::uuid as user_id from attendees a
        where a.booking_id = p_booking and a.status = 'ACTIVE' and a.erased_at is null
      union all select null, h.host_id from booking_hosts h where h.booking_id = p_booking) as told
    -- whose mail still waits reads the link there
    where not exists (select from outbox o where o.booking_id = p_booking and o.awaits_meeting and o.done_at is null
      and o.attendee_id is not distinct from told.attendee_id and o.user_id is not distinct from told.user_id);
  end if;
  perform release_mails(p_booking, p_now);
  select count(promise_event(p_booking, h.id, p_now)) into promised
  from calendar_hosts(p_booking, b.meeting_type_id, null) as h(id) where h.id is distinct from p_from;
  return promised;
end $function$;

CREATE OR REPLACE FUNCTION public.guests_of(p_booking uuid)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
AS $function$
  select array(
    select id from attendees where booking_id = p_booking
    union
    select jsonb_array_elements_text(was -> 'attendeeIds')::uuid from booking_history
    where booking_id = p_booking and event = 'moved_away')
$function$;

CREATE OR REPLACE FUNCTION public.hint_notifications()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('notifications', user_id::text) from (select distinct user_id from changed) as told;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.hint_queues()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('outbox', queue) from (select distinct queue from promised) as told;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.hold_slug()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.archived_at is not null then
    return null;
  end if;
  if tg_op = 'UPDATE' and new.slug <> old.slug then
    insert into former_slugs (owner_id, slug, meeting_type_id) values (new.owner_id, old.slug, new.id)
    on conflict (owner_id, slug) do update set meeting_type_id = excluded.meeting_type_id, held_until = excluded.held_until;
    delete from former_slugs where owner_id = new.owner_id and slug in (
      select slug from former_slugs where meeting_type_id = new.id order by held_until desc, slug offset 10);
  end if;
  delete from former_slugs
  where owner_id = new.owner_id and slug = new.slug and (meeting_type_id = new.id or held_until <= now());
  if exists (select from former_slugs where owner_id = new.owner_id and slug = new.slug) then
    raise unique_violation using constraint = 'one_slug_per_owner', message = 'this slug is held for the type that had it';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.hold_username()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    if new.username = old.username then
      return null;
    end if;
    insert into former_usernames (username, user_id) values (old.username, new.id)
    on conflict (username) do update set user_id = excluded.user_id, held_until = excluded.held_until;
    delete from former_usernames where username in (
      select username from former_usernames where user_id = new.id order by held_until desc, username offset 10);
  end if;
  delete from former_usernames where username = new.username and (user_id = new.id or held_until <= now());
  if exists (select from former_usernames where username = new.username) then
    raise unique_violation using constraint = 'users_username_key', message = 'this username is held for who had it';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.host_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_availability(array(
    select id from changed join was using (id)
    where (changed.status, changed.time_zone) is distinct from (was.status, was.time_zone)));
  perform pg_notify('availability', t.id::text)
  from changed join was using (id) join meeting_types t on t.owner_id = changed.id
  where changed.status <> was.status;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.hosts_cards_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform mark_cards(array(
    select t.owner_id from changed join meeting_types t on t.id = changed.meeting_type_id));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.in_turn(p_type uuid, p_hosts uuid[], p_instead_of uuid, p_now timestamp with time zone)
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
AS $function$
  with taken as (
    select h.host_id, count(*) as meetings, max(b.created_at) as last
    from bookings b join booking_hosts h on h.booking_id = b.id
    where b.meeting_type_id = p_type and lower(b.during) >= p_now - interval '30 days'
      and b.status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'NO_SHOW')
      and (b.status <> 'PENDING' or b.expires_at is null or b.expires_at > p_now)
    group by h.host_id
  ), candidate as (
    select c.host_id, c.position, t.last, g.weight, g.priority, coalesce(t.meetings, 0) as meetings,
      exists (select from booking_hosts h where h.booking_id = p_instead_of and h.host_id = c.host_id) as is_present,
      sum(g.weight) over same as all_weights, sum(coalesce(t.meetings, 0)) over same as all_meetings
    from unnest(p_hosts) with ordinality c(host_id, position)
    left join lateral (
      select weight, priority from group_hosts where meeting_type_id = p_type and host_id = c.host_id
      order by group_position limit 1) g on true
    left join taken t using (host_id)
    window same as (partition by g.priority)
  )
  select array_agg(host_id order by is_present desc, priority desc,
    meetings * all_weights >= weight * (all_meetings + 1), (meetings + 1)::numeric / weight, last nulls first, position)
  from candidate
$function$;

CREATE OR REPLACE FUNCTION public.is_calendar_wanted(p_calendar uuid, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select from calendars c join users u on u.id = c.user_id and u.status = 'ACTIVE'
    where c.id = p_calendar and (calendar_in_use(c.id)
      -- our own events in it may be moved, also when new ones are written elsewhere
      or exists (select from calendar_events e where e.calendar_id = c.id and upper(e.during) > p_now)))
$function$;

CREATE OR REPLACE FUNCTION public.is_capped(p_caps jsonb, p_host uuid, p_type uuid, p_minutes numeric, p_instead_of uuid, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select from jsonb_to_recordset(p_caps)
      as cap(host uuid, "from" timestamptz, until timestamptz, bookings int, minutes int)
    cross join lateral (
      select count(*) as bookings, coalesce(sum(extract(epoch from upper(b.during) - lower(b.during)) / 60), 0) as minutes
      from (
        select id, during from bookings
        where p_host is null and meeting_type_id = p_type and status in ('PENDING', 'CONFIRMED', 'COMPLETED', 'NO_SHOW')
          and (status <> 'PENDING' or expires_at is null or expires_at > p_now)
          and lower(during) >= cap."from" and lower(during) < cap.until
        union all
        select b.id, b.during from reservations r join bookings b on b.id = r.booking_id
        where r.host_id = p_host and r.reserved && tstzrange(cap."from", cap.until) and b.meeting_type_id is not null
          and (r.expires_at is null or r.expires_at > p_now)
          and lower(b.during) >= cap."from" and lower(b.during) < cap.until
      ) b where b.id is distinct from p_instead_of
    ) used
    where cap.host is not distinct from p_host
      and (used.bookings >= cap.bookings or used.minutes + p_minutes > cap.minutes))
$function$;

CREATE OR REPLACE FUNCTION public.is_organization_in_use(p_organization uuid, p_now timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform lock_hosts(array(
    select g.host_id from meeting_types t join group_hosts g on g.meeting_type_id = t.id
    where t.organization_id = p_organization));
  return exists (
    select from meeting_types t join bookings b on b.meeting_type_id = t.id
    where t.organization_id = p_organization and lower(b.during) > p_now
      and (b.status = 'CONFIRMED' or b.status = 'PENDING' and (b.expires_at is null or b.expires_at > p_now)));
end $function$;

CREATE OR REPLACE FUNCTION public.is_orphaned(p_organization uuid, p_owner uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select exists (
    select from organizations o join users heir on heir.id = o.owner_id and heir.status = 'ACTIVE'
    where o.id = p_organization and o.deleted_at is null and o.owner_id <> p_owner
      and not exists (
        select from organization_members m join users u on u.id = m.user_id and u.status = 'ACTIVE'
        where m.organization_id = o.id and m.user_id = p_owner))
$function$;

CREATE OR REPLACE FUNCTION public.keep_audit_log()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'DELETE' and old.created_at < now() - interval '90 days' then
    return old;
  end if;
  raise exception 'audit_log is append-only';
end $function$;

CREATE OR REPLACE FUNCTION public.keep_event_partitions(p_now timestamp with time zone, p_retention_days integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '250ms'
AS $function$
declare
  cutoff timestamptz := p_now - make_interval(days => p_retention_days);
  past record;
  done boolean := false;
  forgotten int;
begin
  if not pg_try_advisory_xact_lock(hashtext('keep_event_partitions')) then
    return false;
  end if;
  for ahead in 0..3 loop
    if make_event_partition(date_trunc('month', p_now) + make_interval(months => ahead)) then
      done := true;
    end if;
  end loop;
  -- Not both in one transaction: whoever reads holds what dropping waits for and waits for the default.
  if done then
    return true;
  end if;
  for past in
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'analytics_events'::regclass and c.relname ~ '^analytics_events_\d{4}_\d{2}$'
      and to_timestamp(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= cutoff
    order by c.relname limit 1
  loop
    begin
      execute format('drop table %I', past.name);
      done := true;
    exception when lock_not_available then
      null;
    end;
  end loop;
  delete from analytics_events_default where (created_at, id) in
    (select created_at, id from analytics_events_default where created_at < cutoff order by created_at limit 10000);
  get diagnostics forgotten = row_count;
  return done or forgotten > 0;
end $function$;

CREATE OR REPLACE FUNCTION public.keep_reminder_time()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.reminds_at := new.due_at;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.lacks_link(p_location jsonb)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select p_location ->> 'type' in ('GOOGLE_MEET', 'MICROSOFT_TEAMS', 'ZOOM') and p_location ->> 'url' is null
    and coalesce(p_location ->> 'details', '') !~* 'https?://'
$function$;

CREATE OR REPLACE FUNCTION public.lock_hosts(p_hosts uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  host uuid;
begin
  for host in select distinct unnest(p_hosts) order by 1 loop
    perform pg_advisory_xact_lock(hashtextextended(host::text, 0));
  end loop;
end $function$;

CREATE OR REPLACE FUNCTION public.lock_user(p_user uuid, p_actor uuid, p_change jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  was users;
begin
  perform pg_advisory_xact_lock(hashtextextended('administrators', 0));
  if p_actor is not null
    and not exists (select from users where id = p_actor and role = 'admin' and status = 'ACTIVE') then
    perform refuse('forbidden');
  end if;
  select * into was from users where id = p_user for update;
  if was.id is null then
    return null;
  end if;
  if was.role = 'admin' and was.status = 'ACTIVE'
    and (coalesce(p_change ->> 'role', 'admin') <> 'admin' or coalesce(p_change ->> 'status', 'ACTIVE') <> 'ACTIVE')
    and not exists (select from users where id <> p_user and role = 'admin' and status = 'ACTIVE') then
    perform refuse('last_admin');
  end if;
  return jsonb_build_object('role', was.role, 'plan', was.plan, 'status', was.status);
end $function$;

CREATE OR REPLACE FUNCTION public.look_at_calendar()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.poll_at := '-infinity';
  new.channel_at := '-infinity';
  -- what is being read was to be kept otherwise
  new.run_id := null;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.look_at_type_calendars()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update calendars set poll_at = '-infinity', channel_at = '-infinity' where id in (select calendar_id from changed);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.mailbox_of(p_email citext)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select lower(split_part(split_part(p_email::text, '@', 1), '+', 1) || '@' || split_part(p_email::text, '@', 2))
$function$;

CREATE OR REPLACE FUNCTION public.make_event_partition(p_at timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET "TimeZone" TO 'UTC'
 SET lock_timeout TO '250ms'
AS $function$
declare
  month timestamptz := date_trunc('month', p_at);
  next_month timestamptz := date_trunc('month', p_at) + interval '1 month';
  name text := 'analytics_events_' || to_char(p_at, 'YYYY_MM');
begin
  if to_regclass(name) is not null or exists
    (select from analytics_events_default where created_at >= month and created_at < next_month offset 10000)
  then
    return false;
  end if;
  lock table analytics_events in share update exclusive mode;
  lock table analytics_events_default in access exclusive mode;
  execute format('create table %I (like analytics_events including all)
    with (autovacuum_vacuum_insert_scale_factor = 0.05)', name);
  execute format('with moved as (
      delete from analytics_events_default where created_at >= $1 and created_at < $2 returning *
    ) insert into %I select * from moved', name) using month, next_month;
  execute format('alter table analytics_events attach partition %I for values from (%L) to (%L)',
    name, month, next_month);
  return true;
exception when lock_not_available then
  return false;
end $function$;

CREATE OR REPLACE FUNCTION public.mark_cards(p_hosts uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- Those that somebody else is taking away are his: two changes at once leave two marks, and the next change takes both.
  delete from card_marks m using (
    select host_id, mark from card_marks where host_id = any (p_hosts) for update skip locked
  ) old
  where m.host_id = old.host_id and m.mark = old.mark;
  insert into card_marks (host_id) select distinct unnest(p_hosts);
end $function$;

CREATE OR REPLACE FUNCTION public.may_edit(p_organization uuid, p_owner uuid, p_user uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select case when p_organization is null then p_owner = p_user else exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = p_organization and m.user_id = p_user and o.deleted_at is null
      and (m.role = 'admin' or p_owner = p_user)) end
$function$;

CREATE OR REPLACE FUNCTION public.may_host(p_organization uuid, p_user uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select p_organization is null or exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = p_organization and m.user_id = p_user and m.can_host and o.deleted_at is null)
$function$;

CREATE OR REPLACE FUNCTION public.may_manage_webhook(p_owner uuid, p_organization uuid, p_user uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  select case when p_organization is null then p_owner = p_user else exists (
    select from organization_members m join organizations o on o.id = m.organization_id
    where m.organization_id = p_organization and m.user_id = p_user and m.role = 'admin' and o.deleted_at is null) end
$function$;

CREATE OR REPLACE FUNCTION public.may_unlink(owner_id uuid, unlinked_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
begin
  perform from users where id = owner_id for update;
  return exists (select from users where id = owner_id and password_hash is not null)
    or exists (select from identities where user_id = owner_id and id <> unlinked_id);
end $function$;

CREATE OR REPLACE FUNCTION public.meeting_maker(p_booking uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$
  select h.host_id
  from bookings b join booking_hosts h on h.booking_id = b.id
    join calendars c on c.id = destination_calendar(b.meeting_type_id, h.host_id)
    join calendar_connections n on n.id = c.connection_id
    left join calendar_events e on e.booking_id = b.id and e.host_id = h.host_id and e.calendar_id = c.id
      and e.meeting_state in ('pending', 'ready')
  where b.id = p_booking and c.conferences ? case b.location ->> 'type'
    when 'GOOGLE_MEET' then 'google_meet' when 'MICROSOFT_TEAMS' then 'microsoft_teams' end
  order by e.booking_id is null, n.status = 'needs_reauth', h.host_id <> b.host_id, h.host_id
  limit 1
$function$;

CREATE OR REPLACE FUNCTION public.meeting_type_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('availability', old.id::text);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.member_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  organization uuid := coalesce(new.organization_id, old.organization_id);
  host uuid := coalesce(new.user_id, old.user_id);
  type uuid;
begin
  for type in
    select t.id from meeting_types t
    where t.organization_id = organization and t.archived_at is null
      and exists (select from group_hosts g where g.meeting_type_id = t.id and g.host_id = host)
    order by t.id for no key update
  loop
    update meeting_types set version = version + 1 where id = type;
  end loop;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.move_meeting_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update attendees set meets_until = upper(new.during)
  -- whose row is locked without his booking's is being forgotten: that begins with the guests, and a move must not wait for it
  where id in (select id from attendees where booking_id = new.id for no key update skip locked);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.names_link(p_kind text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select p_kind in ('BOOKING_CONFIRMATION', 'BOOKING_RESCHEDULED', 'BOOKING_REASSIGNED', 'BOOKING_PLACE_CHANGED', 'BOOKING_LINK')
$function$;

CREATE OR REPLACE FUNCTION public.note_meeting_end()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.meets_until := (select upper(during) from bookings where id = new.booking_id);
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.organizations_cards_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform mark_cards(array(select owner_id from meeting_types where organization_id = new.id));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.origin_of(user_id uuid, address_mac text)
 RETURNS bytea
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
RETURN sha256(convert_to((((user_id)::text || '|'::text) || address_mac), 'UTF8'::name));

CREATE OR REPLACE FUNCTION public.origins_of(p_type uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(t.allowed_origins, u.allowed_origins, case t.visibility when 'secret' then '[]'::jsonb end)
  from meeting_types t join users u on u.id = t.owner_id
  where t.id = p_type
$function$;

CREATE OR REPLACE FUNCTION public.plan_use(p_limit text, p_owner uuid, p_within uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
AS $function$
  select (case p_limit
    when 'meetingTypes' then (select count(*) from meeting_types where owner_id = p_owner and archived_at is null)
    when 'schedules' then (select count(*) from schedules where user_id = p_owner)
    when 'apiKeys' then (select count(*) from api_keys where user_id = p_owner and revoked_at is null)
    when 'organizations' then (select count(*) from organizations where owner_id = p_owner and deleted_at is null)
    -- of one type, or of the type that has most
    when 'linksPerMeetingType' then coalesce((
      select max(n) from (
        select count(*) as n from booking_links l join meeting_types t on t.id = l.meeting_type_id
        where t.owner_id = p_owner and (p_within is null or t.id = p_within) group by t.id) counted), 0)
    -- also of organizations that are his
    when 'webhooks' then (select count(*) from webhook_endpoints
      where owner_id = p_owner or organization_id in (select id from organizations where owner_id = p_owner))
    -- of one organization, or of the one that has most
    when 'organizationMembers' then coalesce((
      select max(n) from (
        select count(*) as n from organization_members m join organizations o on o.id = m.organization_id
        where o.owner_id = p_owner and o.deleted_at is null and (p_within is null or o.id = p_within)
        group by o.id) counted), 0)
  end)::int
$function$;

CREATE OR REPLACE FUNCTION public.promise_booking_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from webhook_endpoints where is_active) then
    return null;
  end if;
  insert into outbox (id, queue, kind, booking_id, endpoint_id, version, due_at, created_at)
  select gen_random_uuid(), 'webhooks', told.event, c.booking_id, e.id, c.version, c.created_at, c.created_at
  from changed c
  join bookings b on b.id = c.booking_id
  cross join lateral webhook_event(c.event, b.awaits_guest) as told(event)
  cross join lateral webhook_endpoints_of(c.booking_id, told.event, c.was -> 'hosts') as e(id)
  where told.event is not null;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_event(p_booking uuid, p_host uuid, p_now timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
AS $function$
  insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
  values (gen_random_uuid(), 'calendar-sync', 'calendar.write', p_booking, p_host, p_now, p_now)
  returning id
$function$;

CREATE OR REPLACE FUNCTION public.promise_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  zoomed uuid[];
begin
  zoomed := array(select b.id from changed c join bookings b on b.id = c.booking_id
    where b.location ->> 'type' = 'ZOOM' or exists (select from zoom_meetings z where z.booking_id = b.id));
  if cardinality(zoomed) = 0 and not exists (select from calendars) then
    return null;
  end if;
  -- who made the meeting is no host of it any more, and takes its link away
  update bookings b set location = b.location || '{"url": null, "meetingId": null, "password": null}'
  from changed c
  where b.id = c.booking_id and b.status = 'CONFIRMED' and c.event in ('rescheduled', 'reassigned') and exists (
    select from (select e.host_id, e.meeting_url as url from calendar_events e where e.booking_id = b.id
      union all select z.host_id, z.url from zoom_meetings z where z.booking_id = b.id) as made
    where made.url = b.location ->> 'url' and made.host_id is not null
      and not exists (select from booking_hosts h where h.booking_id = b.id and h.host_id = made.host_id));
  perform promise_event(c.booking_id, h.id, c.created_at)
  from changed c join bookings b on b.id = c.booking_id
    cross join lateral calendar_hosts(b.id, b.meeting_type_id, c.was -> 'hosts') as h(id)
  where told_to_calendars(c.event, b.status, b.awaits_guest);
  perform promise_meeting(c.booking_id, c.created_at)
  from changed c join bookings b on b.id = c.booking_id
  where b.id = any (zoomed) and told_to_calendars(c.event, b.status, b.awaits_guest);
  update outbox o set awaits_meeting = true, due_at = greatest(o.due_at, c.created_at + interval '1 minute')
  from changed c join bookings b on b.id = c.booking_id
  where o.booking_id = b.id and o.queue = 'emails' and o.done_at is null and o.attempts = 0 and not o.awaits_meeting
    and names_link(o.kind) and b.status = 'CONFIRMED' and lacks_link(b.location)
    and (b.location ->> 'type' = 'ZOOM' or meeting_maker(b.id) is not null);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_events_of_choice()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  chosen record := coalesce(new, old);
begin
  if tg_table_name = 'calendars' then
    perform promise_events_of_host(chosen.user_id, null);
  else
    perform promise_events_of_host(c.user_id, chosen.meeting_type_id) from calendars c where c.id = chosen.calendar_id;
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_events_of_guests()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if not exists (select from calendar_events) and not exists (select from zoom_meetings) then
    return null;
  end if;
  perform promise_event(booking_id, host_id, at) from (
    select e.booking_id, e.host_id, max(coalesce(c.erased_at, now())) as at
    from changed c join before b on b.id = c.id join calendar_events e on e.booking_id = c.booking_id
    where (c.name, c.email, c.answers) is distinct from (b.name, b.email, b.answers)
    group by 1, 2) as concerned;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_events_of_host(p_user uuid, p_type uuid)
 RETURNS void
 LANGUAGE sql
AS $function$
  insert into outbox (id, queue, kind, booking_id, user_id, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.write', b.id, p_user, now(), now()
  from booking_hosts h join bookings b on b.id = h.booking_id
  where h.host_id = p_user and b.status = 'CONFIRMED' and upper(b.during) > now()
    and (p_type is null or b.meeting_type_id = p_type)
    -- by a choice that is made of several changes, once
    and not exists (select from outbox o where o.booking_id = b.id and o.user_id = p_user and o.kind = 'calendar.write'
      and o.subject_id is null and o.done_at is null and o.created_at = now())
$function$;

CREATE OR REPLACE FUNCTION public.promise_meeting(p_booking uuid, p_now timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
AS $function$
  insert into outbox (id, queue, kind, booking_id, user_id, subject_id, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.write', id, host_id, id, p_now, p_now from bookings where id = p_booking
  returning id
$function$;

CREATE OR REPLACE FUNCTION public.promise_sms()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- what it promises itself comes here as well
  if not exists (select from promised where queue = 'emails' and booking_id is not null) then
    return null;
  end if;
  insert into outbox (id, queue, kind, booking_id, sequence, attendee_id, user_id, due_at, created_at)
  select gen_random_uuid(), 'sms', p.kind, p.booking_id, p.sequence, p.attendee_id, p.user_id, p.due_at, p.created_at
  from promised p
  join bookings b on b.id = p.booking_id
  join meeting_types t on t.id = b.meeting_type_id
  left join attendees a on a.id = p.attendee_id
  left join users u on u.id = p.user_id
  where p.queue = 'emails' and p.retry_of is null
    and p.kind in ('BOOKING_CONFIRMATION', 'BOOKING_RESCHEDULED', 'BOOKING_CANCELLED')
    and t.notifications ->> 'sms' = 'true'
    and case when p.user_id is null then a.sms_opt_in else u.phone is not null end;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_sync(p_calendars uuid[], p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  promised int;
begin
  insert into outbox as o (id, queue, kind, subject_id, user_id, version, due_at, created_at)
  select gen_random_uuid(), 'calendar-sync', 'calendar.sync', c.id, c.user_id, 1, p_now, p_now
  from calendars c join calendar_connections n on n.id = c.connection_id
  where c.id = any (p_calendars) and n.status <> 'needs_reauth' and is_calendar_wanted(c.id, p_now)
  order by c.id
  on conflict (subject_id) where queue = 'calendar-sync' and kind = 'calendar.sync' and done_at is null
  do update set version = o.version + 1,
    due_at = case when o.taken_until > p_now then o.due_at else least(o.due_at, p_now) end;
  get diagnostics promised = row_count;
  return promised;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_type_webhooks()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  of_type meeting_types := coalesce(new, old);
begin
  perform promise_webhooks(of_type.owner_id, of_type.organization_id,
    case when tg_op = 'INSERT' then 'meeting_type.created'
      when tg_op = 'UPDATE' and new.archived_at is null then 'meeting_type.updated'
      else 'meeting_type.deleted' end,
    of_type.id, of_type.version + (tg_op = 'DELETE')::int, now());
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.promise_webhooks(p_owner uuid, p_organization uuid, p_event text, p_subject uuid, p_version integer, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
AS $function$
  with promised as (
    insert into outbox (id, queue, kind, endpoint_id, subject_id, version, due_at, created_at)
    select gen_random_uuid(), 'webhooks', p_event, e.id, p_subject, p_version, p_now, p_now
    from webhook_endpoints e
    where (e.owner_id = p_owner or e.organization_id = p_organization) and e.is_active and e.events ? p_event
    returning id
  )
  select count(*)::int from promised
$function$;

CREATE OR REPLACE FUNCTION public.raise_availability(p_hosts uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  -- in one order, so that two statements never wait for each other in a circle
  insert into availability_versions as v (host_id)
  select distinct u.id from users u where u.id = any (p_hosts) order by u.id
  on conflict (host_id) do update set version = v.version + 1;
  perform pg_notify('availability', host_id::text) from unnest(p_hosts) as host_id;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse(code text)
 RETURNS uuid
 LANGUAGE plpgsql
AS $function$
begin
  raise exception using errcode = 'KA001', message = code;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_erased_owner()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from users where id = new.owner_id and erase_requested_at is not null) then
    perform refuse('account_inactive');
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_held_email()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (
    select from email_changes c
    where c.email = new.email and c.user_id <> new.id and c.undone_at is null and c.was_verified and c.held_until > now()
  ) then
    raise unique_violation using constraint = 'users_email_key', message = 'this address is held for who had it';
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.refuse_unwanted_notification()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from users where id = new.user_id and notification_preferences -> new.type ->> 'inApp' = 'false') then
    return null;
  end if;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.release_mails(p_booking uuid, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
AS $function$
  with released as (
    update outbox set awaits_meeting = false, due_at = least(due_at, p_now)
    where booking_id = p_booking and awaits_meeting and done_at is null
    returning id
  )
  select count(*)::int from released
$function$;

CREATE OR REPLACE FUNCTION public.reseal(p_place text, p_id uuid, p_was text, p_becomes text)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  of_table text := split_part(p_place, '.', 1);
  of_column text := split_part(p_place, '.', 2);
  resealed int;
begin
  execute format('update %I set %I = $1 where id = $2 and %I = $3', of_table, of_column, of_column)
    using p_becomes, p_id, p_was;
  get diagnostics resealed = row_count;
  return resealed > 0;
end $function$;

CREATE OR REPLACE FUNCTION public.resume_events()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  update outbox set due_at = created_at
  where user_id = new.user_id and queue = 'calendar-sync' and kind = 'calendar.write' and done_at is null
    and taken_until is null and last_error is not null;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.seats_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_availability(array(select host_id from booking_hosts where booking_id = new.id));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.settle_calendars(p_user uuid, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
begin
  delete from external_busy b using calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not calendar_in_use(c.id);
  update calendars c set cursor = null, synced = null, synced_at = null, failing_since = null, last_error = null
    where c.user_id = p_user and (c.cursor is not null or c.synced is not null) and not calendar_in_use(c.id);
  update external_busy b set title = null from calendars c
    where c.user_id = p_user and b.calendar_id = c.id and not c.keeps_titles and b.title is not null;
  return promise_sync(array(
    select c.id from calendars c where c.user_id = p_user and c.cursor is null and calendar_in_use(c.id)), p_now);
end $function$;

CREATE OR REPLACE FUNCTION public.take_default()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('default schedule of ' || new.user_id, 0));
  update schedules set is_default = false, version = version + 1
  where user_id = new.user_id and is_default and id <> new.id;
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.take_link(p_booking uuid, p_url text, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
AS $function$
declare
  b record;
  promised int := 0;
begin
  update bookings set location = location || '{"url": null, "meetingId": null, "password": null}'
  where id = p_booking and location ->> 'url' = p_url
  returning id, meeting_type_id, status into b;
  if found and b.status = 'CONFIRMED' then
    select count(promise_event(p_booking, h.id, p_now)) into promised
    from calendar_hosts(p_booking, b.meeting_type_id, null) as h(id);
  end if;
  return promised;
end $function$;

CREATE OR REPLACE FUNCTION public.told_to_calendars(p_change text, p_status text, p_awaits_guest boolean)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select not p_awaits_guest and p_change not in ('completed', 'no_show', 'no_show_undone')
    and not (p_change in ('booked', 'verified') and p_status = 'PENDING')
$function$;

CREATE OR REPLACE FUNCTION public.touch_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  new.updated_at := now();
  return new;
end $function$;

CREATE OR REPLACE FUNCTION public.type_choice_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform raise_availability(array(
    select c.user_id from changed join calendars c on c.id = changed.calendar_id));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.types_cards_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform mark_cards(array(select owner_id from changed));
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.users_cards_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  shown uuid[] := array(
    select id from changed join was using (id)
    where (changed.username, changed.first_name, changed.last_name, changed.time_zone, changed.status, changed.allowed_origins)
      is distinct from (was.username, was.first_name, was.last_name, was.time_zone, was.status, was.allowed_origins));
begin
  if shown <> '{}' then
    perform mark_cards(array(
      select unnest(shown)
      union select t.owner_id from group_hosts g join meeting_types t on t.id = g.meeting_type_id
        where g.host_id = any (shown)));
  end if;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.warn_of_event(p_booking uuid, p_host uuid, p_reason text, p_now timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
AS $function$
  with warned as (
    insert into notifications (id, user_id, type, metadata, created_at)
    select gen_random_uuid(), h.host_id, 'CALENDAR_EVENT_FAILED', event_facts(b.id) || jsonb_build_object('reason', p_reason), p_now
    from bookings b join booking_hosts h on h.booking_id = b.id
    where b.id = p_booking and (p_host is null or h.host_id = p_host)
    on conflict do nothing
    returning id
  )
  select count(*)::int from warned
$function$;

CREATE OR REPLACE FUNCTION public.webhook_endpoints_of(p_booking uuid, p_event text, p_also jsonb)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE
AS $function$
  -- by each of its few owners: planned as a set it would read every endpoint there is
  select e.id from unnest(array(
    select host_id from booking_hosts where booking_id = p_booking
    union select t.owner_id from bookings b join meeting_types t on t.id = b.meeting_type_id where b.id = p_booking
    union select h::uuid from jsonb_array_elements_text(case jsonb_typeof(p_also) when 'array' then p_also end) h
  )) as owner(id) cross join lateral (
    select id from webhook_endpoints where owner_id = owner.id and is_active and events ? p_event offset 0
  ) e
  union all
  select e.id from bookings b join meeting_types t on t.id = b.meeting_type_id cross join lateral (
    select id from webhook_endpoints where organization_id = t.organization_id and is_active and events ? p_event offset 0
  ) e
  where b.id = p_booking
$function$;

CREATE OR REPLACE FUNCTION public.webhook_event(p_change text, p_awaits_guest boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select case when not p_awaits_guest then case p_change
    when 'booked' then 'booking.created'
    when 'verified' then 'booking.created'
    when 'joined' then 'booking.created'
    when 'confirmed' then 'booking.confirmed'
    when 'restored' then 'booking.confirmed'
    when 'declined' then 'booking.declined'
    when 'expired' then 'booking.declined'
    when 'rescheduled' then 'booking.rescheduled'
    when 'reassigned' then 'booking.rescheduled'
    when 'moved_in' then 'booking.rescheduled'
    when 'moved_away' then 'booking.rescheduled'
    when 'cancelled' then 'booking.cancelled'
    when 'left' then 'booking.cancelled'
    when 'no_show' then 'booking.no_show'
    when 'no_show_undone' then 'booking.no_show'
  end end
$function$;

CREATE OR REPLACE FUNCTION public.within_plan(p_limit text, p_owner uuid, p_within uuid, p_limits jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
declare
  owners text;
  most int;
begin
  select plan into owners from users where id = p_owner;
  most := p_limits ->> owners;
  if most is null then
    return true;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('plan ' || p_limit || ' ' || p_owner, 0));
  if plan_use(p_limit, p_owner, p_within) >= most then
    raise exception using errcode = 'KA001', message = 'plan_limit', detail = owners || ' ' || most;
  end if;
  return true;
end $function$;

CREATE OR REPLACE FUNCTION public.without_words(p_was jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select jsonb_object_agg(key, value) from jsonb_each(p_was)
  where key in ('status', 'start', 'end', 'hosts', 'hostIds', 'attendeeIds')
$function$;

CREATE OR REPLACE FUNCTION public.wrong_settings(p_type uuid, p_owner uuid, p_organization uuid, p_actor uuid, p_settings jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
AS $function$
declare
  hosts uuid[] := array(select (h ->> 'userId')::uuid
    from jsonb_array_elements(p_settings -> 'hostGroups') g, jsonb_array_elements(g -> 'hosts') h);
begin
  if p_organization is not null then
    perform from organizations where id = p_organization for share;
    perform from organization_members where organization_id = p_organization and user_id = any (hosts || p_actor)
      order by user_id for no key update;
    if not exists (
      select from organization_members m join organizations o on o.id = m.organization_id
      where m.organization_id = p_organization and m.user_id = p_actor and o.deleted_at is null)
    then
      return '[{"path": "organizationId", "code": "stranger"}]';
    end if;
    if not (p_type is not null and p_actor = p_owner) and not exists (
      select from organization_members where organization_id = p_organization and user_id = p_actor and role = 'admin')
    then
      return '[{"path": "organizationId", "code": "member"}]';
    end if;
  end if;
  return coalesce((
    with named as (
      select (h.entry ->> 'userId')::uuid as host_id, (h.entry ->> 'scheduleId')::uuid as schedule_id,
        format('hostGroups.%s.hosts.%s.', g.position - 1, h.position - 1) as path
      from jsonb_array_elements(p_settings -> 'hostGroups') with ordinality as g(entry, position),
        jsonb_array_elements(g.entry -> 'hosts') with ordinality as h(entry, position)
    ), wrong as (
      select path || 'userId' as path, case when m.id is null then 'no member' else 'not agreed' end as code
      from named left join organization_members m on m.organization_id = p_organization and m.user_id = host_id
      where p_organization is not null and m.can_host is not true
        and not exists (select from group_hosts where meeting_type_id = p_type and host_id = named.host_id)
      union all
      select path || 'scheduleId', 'foreign' from named
      where schedule_id is not null
        and not exists (select from schedules s where s.id = schedule_id and s.user_id = named.host_id)
      union all
      select 'scheduleId', 'foreign' where p_settings ->> 'scheduleId' is not null
        and not exists (select from schedules s where s.id = (p_settings ->> 'scheduleId')::uuid and s.user_id = p_owner)
    )
    select jsonb_agg(jsonb_build_object('path', path, 'code', code)) from wrong), '[]');
end $function$;

-- Triggers

CREATE TRIGGER attendees_meet BEFORE INSERT OR UPDATE OF booking_id ON public.attendees FOR EACH ROW EXECUTE FUNCTION note_meeting_end();

CREATE TRIGGER attendees_updated BEFORE UPDATE ON public.attendees FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER calendars_of_guests AFTER UPDATE ON public.attendees REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION promise_events_of_guests();

CREATE TRIGGER audit_log_kept BEFORE DELETE OR UPDATE ON public.audit_log FOR EACH ROW EXECUTE FUNCTION keep_audit_log();

CREATE TRIGGER calendars_of_bookings AFTER INSERT ON public.booking_history REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION promise_events();

CREATE TRIGGER webhooks_of_bookings AFTER INSERT ON public.booking_history REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION promise_booking_webhooks();

CREATE TRIGGER attendees_meet_later AFTER UPDATE OF during ON public.bookings FOR EACH ROW WHEN ((old.during IS DISTINCT FROM new.during)) EXECUTE FUNCTION move_meeting_end();

CREATE TRIGGER availability_by_seats AFTER UPDATE OF seats_taken ON public.bookings FOR EACH ROW WHEN ((old.seats_taken IS DISTINCT FROM new.seats_taken)) EXECUTE FUNCTION seats_changed();

CREATE TRIGGER bookings_updated BEFORE UPDATE ON public.bookings FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER calendar_connections_updated BEFORE UPDATE ON public.calendar_connections FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER connection_reauthorized AFTER UPDATE OF status ON public.calendar_connections FOR EACH ROW WHEN (((old.status <> new.status) AND (('needs_reauth'::text = old.status) OR ('needs_reauth'::text = new.status)))) EXECUTE FUNCTION connection_changed();

CREATE TRIGGER events_resume AFTER UPDATE ON public.calendar_connections FOR EACH ROW WHEN (((old.status = 'needs_reauth'::text) AND (new.status <> 'needs_reauth'::text))) EXECUTE FUNCTION resume_events();

CREATE TRIGGER calendar_events_anew BEFORE UPDATE OF calendar_id, external_id ON public.calendar_events FOR EACH ROW WHEN (((old.calendar_id IS DISTINCT FROM new.calendar_id) OR (old.external_id IS DISTINCT FROM new.external_id))) EXECUTE FUNCTION forget_seen_event();

CREATE TRIGGER calendar_events_updated BEFORE UPDATE ON public.calendar_events FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER drift_is_asked_about AFTER UPDATE ON public.calendar_events FOR EACH ROW WHEN (((old.drift IS DISTINCT FROM new.drift) OR (old.drifted_to IS DISTINCT FROM new.drifted_to))) EXECUTE FUNCTION ask_of_drift();

CREATE TRIGGER drift_is_moot AFTER DELETE ON public.calendar_events FOR EACH ROW WHEN ((old.drift IS NOT NULL)) EXECUTE FUNCTION ask_of_drift();

CREATE TRIGGER availability_of_choices AFTER UPDATE ON public.calendars REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION calendar_choice_changed();

CREATE TRIGGER availability_of_lost_calendars AFTER DELETE ON public.calendars REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER availability_of_new_calendars AFTER INSERT ON public.calendars REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER calendars_chosen BEFORE UPDATE OF checks_conflicts, is_destination, keeps_titles ON public.calendars FOR EACH ROW WHEN ((((old.checks_conflicts IS DISTINCT FROM new.checks_conflicts) OR (old.is_destination IS DISTINCT FROM new.is_destination)) OR (old.keeps_titles IS DISTINCT FROM new.keeps_titles))) EXECUTE FUNCTION look_at_calendar();

CREATE TRIGGER calendars_updated BEFORE UPDATE ON public.calendars FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER connection_recovers AFTER UPDATE OF failing_since ON public.calendars FOR EACH ROW WHEN (((old.failing_since IS NOT NULL) AND (new.failing_since IS NULL))) EXECUTE FUNCTION calendar_recovered();

CREATE TRIGGER events_of_destination AFTER UPDATE ON public.calendars FOR EACH ROW WHEN ((old.is_destination <> new.is_destination)) EXECUTE FUNCTION promise_events_of_choice();

CREATE TRIGGER events_of_new_destination AFTER INSERT ON public.calendars FOR EACH ROW WHEN (new.is_destination) EXECUTE FUNCTION promise_events_of_choice();

CREATE TRIGGER availability_by_delete AFTER DELETE ON public.external_busy REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('host_id');

CREATE TRIGGER availability_by_insert AFTER INSERT ON public.external_busy REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('host_id');

CREATE TRIGGER availability_by_update AFTER UPDATE ON public.external_busy REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION busy_changed();

CREATE TRIGGER cards_by_delete AFTER DELETE ON public.group_hosts REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hosts_cards_changed();

CREATE TRIGGER cards_by_insert AFTER INSERT ON public.group_hosts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hosts_cards_changed();

CREATE TRIGGER cards_by_update AFTER UPDATE ON public.group_hosts REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hosts_cards_changed();

CREATE TRIGGER availability_of_lost_type_choices AFTER DELETE ON public.meeting_type_calendars REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION type_choice_changed();

CREATE TRIGGER availability_of_new_type_choices AFTER INSERT ON public.meeting_type_calendars REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION type_choice_changed();

CREATE TRIGGER availability_of_type_choices AFTER UPDATE ON public.meeting_type_calendars REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION type_choice_changed();

CREATE TRIGGER calendars_chosen_by_delete AFTER DELETE ON public.meeting_type_calendars REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION look_at_type_calendars();

CREATE TRIGGER calendars_chosen_by_insert AFTER INSERT ON public.meeting_type_calendars REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION look_at_type_calendars();

CREATE TRIGGER calendars_chosen_by_update AFTER UPDATE ON public.meeting_type_calendars REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION look_at_type_calendars();

CREATE TRIGGER events_of_choice AFTER UPDATE ON public.meeting_type_calendars FOR EACH ROW WHEN ((old.is_destination <> new.is_destination)) EXECUTE FUNCTION promise_events_of_choice();

CREATE TRIGGER events_of_lost_choice AFTER DELETE ON public.meeting_type_calendars FOR EACH ROW EXECUTE FUNCTION promise_events_of_choice();

CREATE TRIGGER events_of_new_choice AFTER INSERT ON public.meeting_type_calendars FOR EACH ROW EXECUTE FUNCTION promise_events_of_choice();

CREATE TRIGGER cards_by_delete AFTER DELETE ON public.meeting_types REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION types_cards_changed();

CREATE TRIGGER cards_by_insert AFTER INSERT ON public.meeting_types REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION types_cards_changed();

CREATE TRIGGER cards_by_update_from AFTER UPDATE ON public.meeting_types REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION types_cards_changed();

CREATE TRIGGER cards_by_update_to AFTER UPDATE ON public.meeting_types REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION types_cards_changed();

CREATE TRIGGER meeting_type_hint AFTER DELETE OR UPDATE ON public.meeting_types FOR EACH ROW EXECUTE FUNCTION meeting_type_changed();

CREATE TRIGGER meeting_types_former_slug AFTER INSERT OR UPDATE OF slug, archived_at ON public.meeting_types FOR EACH ROW EXECUTE FUNCTION hold_slug();

CREATE TRIGGER meeting_types_updated BEFORE UPDATE ON public.meeting_types FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER webhooks_of_changed_types AFTER UPDATE ON public.meeting_types FOR EACH ROW WHEN (((old.version <> new.version) AND (old.archived_at IS NULL))) EXECUTE FUNCTION promise_type_webhooks();

CREATE TRIGGER webhooks_of_deleted_types AFTER DELETE ON public.meeting_types FOR EACH ROW WHEN ((old.archived_at IS NULL)) EXECUTE FUNCTION promise_type_webhooks();

CREATE TRIGGER webhooks_of_new_types AFTER INSERT ON public.meeting_types FOR EACH ROW EXECUTE FUNCTION promise_type_webhooks();

CREATE TRIGGER notifications_deleted AFTER DELETE ON public.notifications REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hint_notifications();

CREATE TRIGGER notifications_read AFTER UPDATE ON public.notifications REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hint_notifications();

CREATE TRIGGER notifications_told AFTER INSERT ON public.notifications REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION hint_notifications();

CREATE TRIGGER notifications_wanted BEFORE INSERT ON public.notifications FOR EACH ROW EXECUTE FUNCTION refuse_unwanted_notification();

CREATE TRIGGER organization_invitations_updated BEFORE UPDATE ON public.organization_invitations FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER organization_members_updated BEFORE UPDATE ON public.organization_members FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER types_by_delete AFTER DELETE ON public.organization_members FOR EACH ROW WHEN (old.can_host) EXECUTE FUNCTION member_changed();

CREATE TRIGGER types_by_insert AFTER INSERT ON public.organization_members FOR EACH ROW WHEN (new.can_host) EXECUTE FUNCTION member_changed();

CREATE TRIGGER types_by_update AFTER UPDATE OF can_host ON public.organization_members FOR EACH ROW WHEN ((old.can_host IS DISTINCT FROM new.can_host)) EXECUTE FUNCTION member_changed();

CREATE TRIGGER cards_by_end AFTER UPDATE OF deleted_at ON public.organizations FOR EACH ROW WHEN ((old.deleted_at IS DISTINCT FROM new.deleted_at)) EXECUTE FUNCTION organizations_cards_changed();

CREATE TRIGGER organizations_of_erased AFTER INSERT OR UPDATE OF owner_id ON public.organizations FOR EACH ROW EXECUTE FUNCTION refuse_erased_owner();

CREATE TRIGGER organizations_updated BEFORE UPDATE ON public.organizations FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER availability_by_delete AFTER DELETE ON public.out_of_office REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER availability_by_insert AFTER INSERT ON public.out_of_office REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER availability_by_update AFTER UPDATE ON public.out_of_office REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER out_of_office_updated BEFORE UPDATE ON public.out_of_office FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER outbox_hint AFTER INSERT ON public.outbox REFERENCING NEW TABLE AS promised FOR EACH STATEMENT EXECUTE FUNCTION hint_queues();

CREATE TRIGGER outbox_sms AFTER INSERT ON public.outbox REFERENCING NEW TABLE AS promised FOR EACH STATEMENT EXECUTE FUNCTION promise_sms();

CREATE TRIGGER reminder_time BEFORE INSERT ON public.outbox FOR EACH ROW WHEN ((new.queue = 'reminders'::text)) EXECUTE FUNCTION keep_reminder_time();

CREATE TRIGGER availability_by_delete AFTER DELETE ON public.reservations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('host_id');

CREATE TRIGGER availability_by_insert AFTER INSERT ON public.reservations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('host_id');

CREATE TRIGGER availability_by_update_from AFTER UPDATE ON public.reservations REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('host_id');

CREATE TRIGGER availability_by_update_to AFTER UPDATE ON public.reservations REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('host_id');

CREATE TRIGGER availability_by_delete AFTER DELETE ON public.schedules REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER availability_by_insert AFTER INSERT ON public.schedules REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER availability_by_update AFTER UPDATE ON public.schedules REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION availability_changed('user_id');

CREATE TRIGGER schedules_take_default_on_insert BEFORE INSERT ON public.schedules FOR EACH ROW WHEN (new.is_default) EXECUTE FUNCTION take_default();

CREATE TRIGGER schedules_take_default_on_update BEFORE UPDATE ON public.schedules FOR EACH ROW WHEN ((new.is_default AND (NOT old.is_default))) EXECUTE FUNCTION take_default();

CREATE TRIGGER schedules_updated BEFORE UPDATE ON public.schedules FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER availability_by_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION host_changed();

CREATE TRIGGER cards_by_update AFTER UPDATE ON public.users REFERENCING OLD TABLE AS was NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION users_cards_changed();

CREATE TRIGGER users_former_username AFTER INSERT OR UPDATE OF username ON public.users FOR EACH ROW EXECUTE FUNCTION hold_username();

CREATE TRIGGER users_held_email AFTER INSERT OR UPDATE OF email ON public.users FOR EACH ROW EXECUTE FUNCTION refuse_held_email();

CREATE TRIGGER users_updated BEFORE UPDATE ON public.users FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER webhook_endpoints_updated BEFORE UPDATE ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE TRIGGER zoom_meetings_updated BEFORE UPDATE ON public.zoom_meetings FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
