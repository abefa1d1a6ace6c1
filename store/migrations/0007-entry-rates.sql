-- How many entered a journey in each full hour of the last days: what is usual, for the guard against floods of entries.
create table journey_hours (
  journey text not null,
  hour timestamptz not null,
  entries int not null,
  primary key (journey, hour)
);
