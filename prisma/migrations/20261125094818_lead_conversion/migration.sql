-- Lead conversion: what a lead has become stands with the lead. On a busy table: the generated column writes `lead` anew
-- while it holds off readers and writers (a second for some hundred thousand leads); the index on `contact_email` holds
-- off its writers.

-- AlterTable
ALTER TABLE "lead" ADD COLUMN     "conversion" JSONB,
ADD COLUMN     "converted_at" TIMESTAMPTZ(3),
ADD COLUMN     "converted_by_id" UUID,
ADD COLUMN     "converted_company_id" UUID,
ADD COLUMN     "converted_contact_id" UUID,
ADD COLUMN     "converted_deal_id" UUID;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_workspace_id_converted_by_id_fkey" FOREIGN KEY ("workspace_id", "converted_by_id") REFERENCES "member"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_workspace_id_converted_company_id_fkey" FOREIGN KEY ("workspace_id", "converted_company_id") REFERENCES "company"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_workspace_id_converted_contact_id_fkey" FOREIGN KEY ("workspace_id", "converted_contact_id") REFERENCES "contact"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_workspace_id_converted_deal_id_fkey" FOREIGN KEY ("workspace_id", "converted_deal_id") REFERENCES "deal"("workspace_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A lead is converted whole or not at all: with who did it, what he did, and a company or a contact. It is closed then,
-- and is not deleted.
alter table lead add constraint lead_conversion_check check (case when converted_at is null
  then num_nonnulls(converted_by_id, converted_company_id, converted_contact_id, converted_deal_id, conversion) = 0
  else num_nonnulls(converted_by_id, conversion) = 2 and num_nonnulls(converted_company_id, converted_contact_id) > 0
    and closed_at is not null and deleted_at is null end);

-- It stands in a stage that means won: the meaning is part of the key.
alter table stage add constraint stage_workspace_id_id_status_key unique (workspace_id, id, status);
alter table lead add column converted_stage_status stage_status
  generated always as (case when converted_at is not null then 'WON'::stage_status end) stored;
alter table lead add constraint lead_converted_stage_fkey
  foreign key (workspace_id, stage_id, converted_stage_status) references stage (workspace_id, id, status);

-- From a record back to the leads that became it; few leads have any of these.
create index lead_converted_company_lookup on lead (workspace_id, converted_company_id, created_at, id)
  where converted_company_id is not null;
create index lead_converted_contact_lookup on lead (workspace_id, converted_contact_id, created_at, id)
  where converted_contact_id is not null;
create index lead_converted_deal_lookup on lead (workspace_id, converted_deal_id, created_at, id)
  where converted_deal_id is not null;

-- Who has this e-mail address, or this domain, already.
create index contact_email_address_lookup on contact_email (workspace_id, address);
create index company_domain_lookup on company (workspace_id, domain) where domain is not null;
