-- 所得: one fact for a person and fiscal year (valid over that year). Null means zero.
create table income_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  filing smallint not null,
  inquiry_open smallint not null,
  source text not null,
  received_on text not null,
  salary_revenue bigint,
  salary bigint,
  pension_revenue bigint,
  pension bigint,
  business bigint,
  farming bigint,
  real_estate bigint,
  interest bigint,
  dividend bigint,
  miscellaneous bigint,
  short_gain bigint,
  long_gain_and_occasional_half bigint,
  family_employee_deduction bigint,
  family_employee_salary bigint,
  family_employee_revenue bigint,
  land_short_gain bigint,
  land_short_special_deduction bigint,
  land_long_gain bigint,
  land_long_special_deduction bigint,
  land_business bigint,
  general_shares bigint,
  listed_shares bigint,
  listed_dividend bigint,
  futures bigint,
  forestry bigint,
  treaty_income bigint,
  net_loss_used bigint,
  net_loss_for_judgement bigint,
  listed_loss_used bigint,
  futures_loss_used bigint,
  home_loss_used bigint,
  casualty_loss_used bigint,
  total_income bigint,
  primary key (subject, fact_no)
);
create index income_fact_act on income_fact (act_id);

-- 固定資産税額 for the 資産割, by fiscal year.
create table asset_tax_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  asset_tax bigint not null,
  primary key (subject, fact_no)
);
create index asset_tax_fact_act on asset_tax_fact (act_id);

-- 介護適用除外.
create table care_exempt_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  facility text not null,
  primary key (subject, fact_no)
);
create index care_exempt_fact_act on care_exempt_fact (act_id);

-- 特例対象被保険者等（非自発的失業）. valid_from is the day after leaving.
create table unemployment_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  left_on text not null,
  leaving_code smallint not null,
  primary key (subject, fact_no)
);
create index unemployment_fact_act on unemployment_fact (act_id);

-- 出産被保険者. valid_from is the (expected) day of delivery.
create table maternity_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  delivery_on text not null,
  multiple smallint not null,
  confirmed smallint not null,
  primary key (subject, fact_no)
);
create index maternity_fact_act on maternity_fact (act_id);

-- 旧被扶養者. valid_from is the day of acquisition.
create table former_dependant_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  since text not null,
  primary key (subject, fact_no)
);
create index former_dependant_fact_act on former_dependant_fact (act_id);

-- 年金 for 特別徴収, by fiscal year.
create table pension_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  annual_pension bigint not null,
  care_special smallint not null,
  care_per_payment bigint not null,
  account_transfer smallint not null,
  february_amount bigint not null,
  primary key (subject, fact_no)
);
create index pension_fact_act on pension_fact (act_id);

-- 条例減免 granted to a household for a fiscal year.
create table relief_fact (
  subject bigint not null,
  fact_no bigint not null,
  valid_from text not null,
  valid_until text,
  recorded_at bigint not null,
  superseded_at bigint,
  act_id bigint not null,
  superseded_by_act bigint,
  relief text not null,
  primary key (subject, fact_no)
);
create index relief_fact_act on relief_fact (act_id);
