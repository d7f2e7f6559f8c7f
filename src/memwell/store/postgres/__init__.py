"""The store on PostgreSQL: many processes on one database, for a fleet."""
