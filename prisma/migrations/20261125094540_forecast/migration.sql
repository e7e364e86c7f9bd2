-- What forecasts and rotting need. Columns are added without rewriting a table; their checks read stage and deal once.

-- CreateEnum
CREATE TYPE "forecast_category" AS ENUM ('OMITTED', 'PIPELINE', 'BEST_CASE', 'COMMIT', 'CLOSED');

-- CreateEnum
CREATE TYPE "rot_clock" AS ENUM ('STAGE_CHANGE', 'OWNER_ACTIVITY', 'TWO_WAY_CONTACT');

-- AlterTable
ALTER TABLE "stage" ADD COLUMN     "forecast_category" "forecast_category",
ADD COLUMN     "rot_after_days" INTEGER,
ADD COLUMN     "rot_clock" "rot_clock" NOT NULL DEFAULT 'STAGE_CHANGE';

-- AlterTable
ALTER TABLE "deal" ADD COLUMN     "forecast_category" "forecast_category";

-- CreateTable
CREATE TABLE "exchange_rate" (
    "workspace_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "currency" CHAR(3) NOT NULL,
    "to_currency" CHAR(3) NOT NULL,
    "valid_on" DATE NOT NULL,
    "rate" DECIMAL(20,10) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "deleted_in_batch_id" UUID,

    CONSTRAINT "exchange_rate_pkey" PRIMARY KEY ("workspace_id","id")
);

-- AddForeignKey
ALTER TABLE "exchange_rate" ADD CONSTRAINT "exchange_rate_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exchange_rate enable row level security;
alter table exchange_rate force row level security;
create policy workspace_wall on exchange_rate
  using (workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid)
  with check (workspace_id = nullif(current_setting('gatehouse.workspace_id', true), '')::uuid);
grant select, insert, update, delete on exchange_rate to gatehouse_app;

alter table exchange_rate
  add constraint exchange_rate_currency_check check (currency ~ '^[A-Z]{3}$' and to_currency ~ '^[A-Z]{3}$'),
  add constraint exchange_rate_same_check check (currency <> to_currency),
  add constraint exchange_rate_rate_check check (rate > 0);
-- One rate a day, found backwards from the day that is asked about.
create unique index exchange_rate_day_key on exchange_rate (workspace_id, to_currency, currency, valid_on)
  where deleted_at is null;
create index exchange_rate_valid_on_order on exchange_rate (workspace_id, valid_on, id) where deleted_at is null;

-- Closed stages are told by their status; CLOSED is nothing that anybody sets.
alter table stage
  add constraint stage_forecast_category_check check (
    forecast_category is null or (status = 'OPEN' and forecast_category <> 'CLOSED')),
  add constraint stage_rot_after_days_check check (rot_after_days is null or (status = 'OPEN' and rot_after_days between 1 and 3650));
alter table deal
  add constraint deal_forecast_category_check check (forecast_category <> 'CLOSED');
