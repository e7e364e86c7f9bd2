-- API keys: secrets with which programs act for a member.
-- The new columns are empty, so no row is rewritten; their foreign keys look through stage_change and security_event once,
-- while writers of these wait.

-- AlterEnum
ALTER TYPE "door" ADD VALUE 'API_KEY';

-- AlterTable
ALTER TABLE "stage_change" ADD COLUMN     "api_key_id" UUID;

-- AlterTable
ALTER TABLE "security_event" ADD COLUMN     "api_key_id" UUID;

-- CreateTable
CREATE TABLE "api_key" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "has_all_grants" BOOLEAN NOT NULL DEFAULT false,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_from" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "api_key_grant" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "noun" TEXT NOT NULL,
    "verb" TEXT NOT NULL,
    "reach" "reach" NOT NULL,
    "field_groups" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "api_key_grant_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "api_key_token_hash_key" ON "api_key"("token_hash");

-- CreateIndex
CREATE INDEX "api_key_workspace_id_member_id_idx" ON "api_key"("workspace_id", "member_id");

-- CreateIndex
CREATE INDEX "api_key_grant_workspace_id_api_key_id_idx" ON "api_key_grant"("workspace_id", "api_key_id");

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_member_id_fkey" FOREIGN KEY ("workspace_id", "member_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key_grant" ADD CONSTRAINT "api_key_grant_workspace_id_api_key_id_fkey" FOREIGN KEY ("workspace_id", "api_key_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stage_change" ADD CONSTRAINT "stage_change_workspace_id_api_key_id_fkey" FOREIGN KEY ("workspace_id", "api_key_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "security_event" ADD CONSTRAINT "security_event_workspace_id_api_key_id_fkey" FOREIGN KEY ("workspace_id", "api_key_id") REFERENCES "api_key"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- 1. The walls. A key and what it may do are never widened: grants are written with the key, and stay.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['api_key', 'api_key_grant'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format(
      'create policy workspace_wall on %I using (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)
         with check (workspace_id = nullif(current_setting(''gatehouse.workspace_id'', true), '''')::uuid)', tenant_table);
  end loop;
end $$;
grant select, insert on api_key, api_key_grant to gatehouse_app;
grant update (name, revoked_at, version, updated_at) on api_key to gatehouse_app;

alter table api_key
  add constraint api_key_name_check check (length(name) between 1 and 100),
  add constraint api_key_token_check check (token_hash ~ '^[0-9a-f]{64}$' and length(prefix) between 1 and 30);
create index api_key_list on api_key (workspace_id, created_at, id);

-- 2. Found by the hash of the secret, and by nothing else.
grant select on api_key, api_key_grant, security_event to gatehouse_identity;
grant update (last_used_at, last_used_from) on api_key to gatehouse_identity;
create policy identity_reads on api_key for select to gatehouse_identity using (true);
create policy identity_reads on api_key_grant for select to gatehouse_identity using (true);
create policy identity_reads on security_event for select to gatehouse_identity using (true);
create policy identity_uses on api_key for update to gatehouse_identity using (true) with check (true);

-- Called once for every request that comes with a key. Null for one that is unknown, expired or revoked, or whose owner is
-- no active member. Notes the use once a minute; and once a minute that a key is tried that works no more.
create function principal_of_api_key(
  wanted_hash text, from_address text, with_agent text, in_request text, new_id uuid
) returns jsonb language plpgsql volatile security definer set search_path = gatehouse, pg_temp as $$
declare
  k record;
  found_principal jsonb;
begin
  select a.workspace_id, a.id, a.member_id, a.name, a.has_all_grants, a.last_used_at,
      a.revoked_at is null and a.expires_at > now() as is_live into k
    from gatehouse.api_key a where a.token_hash = wanted_hash;
  if not found then
    return null;
  end if;
  if k.is_live then
    found_principal := gatehouse.principal_of(k.workspace_id, k.member_id);
  end if;
  if found_principal is null then
    insert into gatehouse.security_event
      (workspace_id, id, at, type, result, door, subject_id, noun, record_id, ip_address, user_agent, request_id)
    select k.workspace_id, new_id, now(), 'authn_token_reuse', 'FAILURE', 'API_KEY', k.member_id, 'apiKey', k.id,
      from_address, with_agent, in_request
    where not exists (
      select from gatehouse.security_event e
      where e.workspace_id = k.workspace_id and e.subject_id = k.member_id and e.at > now() - interval '1 minute'
        and e.type = 'authn_token_reuse' and e.record_id = k.id);
    return null;
  end if;
  if k.last_used_at is null or k.last_used_at < now() - interval '1 minute' then
    update gatehouse.api_key a set last_used_at = now(), last_used_from = from_address
      where a.workspace_id = k.workspace_id and a.id = k.id;
  end if;
  return found_principal || jsonb_build_object('session', null, 'apiKey', jsonb_build_object(
    'id', k.id, 'name', k.name,
    'grants', case when not k.has_all_grants then (
      select coalesce(jsonb_agg(jsonb_build_object('noun', g.noun, 'verb', g.verb, 'reach', lower(g.reach::text),
        'fieldGroups', g.field_groups)), '[]')
      from gatehouse.api_key_grant g where g.workspace_id = k.workspace_id and g.api_key_id = k.id) end));
end $$;
revoke all on function principal_of_api_key(text, text, text, text, uuid) from public;
grant execute on function principal_of_api_key(text, text, text, text, uuid) to gatehouse_app;
alter function principal_of_api_key(text, text, text, text, uuid) owner to gatehouse_identity;
