engine = create_engine(url, pool_size=10, max_overflow=0)
