import os

bind = "0.0.0.0:8000"
workers = int(os.getenv("WORKERS", "4"))
