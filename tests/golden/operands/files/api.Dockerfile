FROM python:3.12-slim
ENV DATABASE_URL=postgresql://shop:shop@localhost:5432/shop
CMD ["uvicorn", "app:app"]
