-- The index of companies by city and name (*_orders_within_filters) has the columns that cards show, so that PostgreSQL
-- gathers them from it for others' statements, where a company's key would find it at once. Few ask for a city.
drop index if exists company_city_name_order;
