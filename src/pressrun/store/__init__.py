"""The database: tables, one file of queries per noun, migrations, encrypted columns."""
