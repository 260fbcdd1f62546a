-- How much of what plans limit a user has.
-- $1 userId uuid
select plan_use('meetingTypes', $1, null) as meeting_types, plan_use('schedules', $1, null) as schedules,
  plan_use('apiKeys', $1, null) as api_keys, plan_use('linksPerMeetingType', $1, null) as links_per_meeting_type,
  plan_use('webhooks', $1, null) as webhooks,
  plan_use('organizations', $1, null) as organizations,
  plan_use('organizationMembers', $1, null) as organization_members
