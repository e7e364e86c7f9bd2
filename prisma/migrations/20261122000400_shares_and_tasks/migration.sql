-- What commands promise, for scripts too. Reads both tables once while it holds off their writers; both are small yet.

-- A record is given to a member or a team once; giving it again changes how.
create unique index record_share_receiver_key on record_share (
  workspace_id, coalesce(company_id, contact_id, lead_id, deal_id, activity_id), coalesce(member_id, team_id));

-- Only tasks are done or not done.
alter table activity add constraint activity_completion_check check (kind = 'TASK' or completed_at is null);
