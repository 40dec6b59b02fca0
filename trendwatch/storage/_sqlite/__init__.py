"""How SQLite keeps a store: the connection, the schema, facts, derived data, words."""
