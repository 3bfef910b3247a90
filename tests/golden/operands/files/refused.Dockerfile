FROM python:3.12-slim
RUNN pip install .
