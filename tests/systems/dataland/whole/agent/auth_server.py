pool = await asyncpg.create_pool(dsn())
