app = Celery("nadoo", worker_concurrency=2)
