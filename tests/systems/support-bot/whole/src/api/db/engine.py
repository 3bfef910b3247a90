engine = create_async_engine(settings.database_url, pool_size=10, max_overflow=10)
sync_engine = create_engine(settings.database_url_sync)
