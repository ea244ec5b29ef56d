# One image for the app, the scheduler and the workers, so that all of them have the same version.
FROM python:3.12-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY requirements.txt requirements-cluster.txt ./
RUN pip install --no-cache-dir -r requirements.txt -r requirements-cluster.txt
COPY . .
RUN useradd --create-home --uid 10001 earprint && mkdir /data && chown earprint /data
USER earprint
ENV EARPRINT_DATABASE=sqlite:////data/earprint.sqlite PYTHONUNBUFFERED=1
EXPOSE 8501
CMD ["python", "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
