engine = create_async_engine(settings.postgres_uri)
pool = await asyncpg.create_pool(settings.postgres_uri)
