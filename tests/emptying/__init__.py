"""A ``flush`` of the tables that have rows: what Django empties the database with after a test that commits."""
